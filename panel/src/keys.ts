/** The keyboard: `/` searches, `g` and a letter goes somewhere, `j` and `k` walk a list. */
let isGoing = false

export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (act(event.key)) event.preventDefault()
  })
}

function act(key: string): boolean {
  if (isGoing) {
    isGoing = false
    const link = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(key)}"]`)
    link?.click()
    return Boolean(link)
  }
  switch (key) {
    case 'g':
      isGoing = true
      setTimeout(() => (isGoing = false), 1_000)
      return true
    case '/':
      return goSearch()
    case 'j':
      return step(1)
    case 'k':
      return step(-1)
    case '?':
      document.querySelector<HTMLDialogElement>('#keys')?.showModal()
      return true
    default:
      return false
  }
}

function goSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]')
  if (!field) {
    location.href = '/contacts#text'
    return true
  }
  field.focus()
  field.select()
  return true
}

function step(by: number): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-row] a.who, .live-who')]
  const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + by]
  next?.focus()
  return Boolean(next)
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
