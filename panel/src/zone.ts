/** The first account starts in the time zone of the browser that creates it. */
const field = document.querySelector<HTMLInputElement>('input[name=zone]')
if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
