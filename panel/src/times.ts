/** Relative times grow older by themselves; the words are those of `words.ago` on the server. */
const UNITS: [number, string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min']
]

export function ago(seconds: number): string {
  for (const [size, unit] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`
  }
  return seconds > 4 ? `${Math.floor(seconds)} s ago` : 'just now'
}

export function renewTimes(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    // Only relative ones: a clock time stays what it is.
    if (!/ago$|^just now$/.test(element.textContent ?? '')) continue
    const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000
    element.textContent = ago(Math.max(0, seconds))
  }
}
