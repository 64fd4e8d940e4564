/** Making a format costs a thousand times what using it does. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatted(language: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${language} ${options.dateStyle}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options)
  formats.set(key, format)
  return format.format(at)
}

/** `14:05`, by this machine's clock. */
export const timeOfDay = (language: string, at: number): string =>
  formatted(language, { hour: '2-digit', minute: '2-digit', hour12: false }, at)

/** The day with its weekday and year. */
export const wholeDay = (language: string, at: number): string =>
  formatted(language, { dateStyle: 'full' }, at)
