/** What the panel's pages do in the browser; each behaviour hangs on one data attribute. */
import { listenToKeys } from './keys'
import { renewTimes } from './times'

function say(text: string): void {
  const notice = document.getElementById('notice')
  if (!notice) return
  notice.textContent = text
  notice.classList.add('is-shown')
  setTimeout(() => notice.classList.remove('is-shown'), 4_000)
}

async function copy(id: string): Promise<void> {
  const source = document.getElementById(id)
  if (!source) return
  try {
    await navigator.clipboard.writeText(source.textContent ?? '')
    say('Copied.')
  } catch {
    // Without https there is no clipboard: select it, so that one key press does.
    getSelection()?.selectAllChildren(source)
    say('Selected: press Ctrl+C to copy.')
  }
}

document.addEventListener('click', (event) => {
  const target = event.target as HTMLElement
  const found = (name: string) => target.closest<HTMLElement>(`[data-${name}]`)
  const copied = found('copy')
  if (copied) void copy(copied.dataset.copy ?? '')
  const opener = found('open')
  if (opener) document.querySelector<HTMLDialogElement>(`#${opener.dataset.open}`)?.showModal()
  if (found('close')) target.closest('dialog')?.close()
  const menu = found('menu')
  if (menu) {
    const isOpen = menu.getAttribute('aria-expanded') === 'true'
    menu.setAttribute('aria-expanded', String(!isOpen))
  }
  // An open drop-down closes when the click lands elsewhere.
  for (const drop of document.querySelectorAll<HTMLDetailsElement>('details.drop[open]')) {
    if (!drop.contains(target)) drop.open = false
  }
})

document.addEventListener('change', (event) => {
  const form = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-submit]')
  form?.requestSubmit()
})

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement
  if (form.dataset.confirm && !confirm(form.dataset.confirm)) event.preventDefault()
})

// After a fragment has changed its times are renewed; a sheet that was answered closes.
document.addEventListener('htmx:after:swap', renewTimes)
document.addEventListener('htmx:after:request', (event) => {
  const form = event.target as HTMLElement
  const context = (event as CustomEvent).detail?.ctx
  const isFine = context?.response?.status < 400
  if (!isFine) {
    say('That did not work. Nothing was lost; try again.')
    return
  }
  const sheet = form.closest<HTMLDialogElement>('dialog.sheet')
  if (sheet && form.matches('form') && !form.hasAttribute('data-keep')) {
    ;(form as HTMLFormElement).reset()
    sheet.close()
  }
})

setInterval(renewTimes, 5_000)
listenToKeys()
if (location.hash === '#text') document.querySelector<HTMLInputElement>('#text')?.focus()
