/** Light or dark as the system says, set before the first paint so that nothing flashes. */
const dark = matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  document.documentElement.setAttribute('data-bs-theme', dark.matches ? 'dark' : 'light')
}

apply()
dark.addEventListener('change', apply)
