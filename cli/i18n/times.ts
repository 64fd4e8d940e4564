/** Making a format takes a thousand times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatted(language: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${language} ${options.dateStyle}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options)
  formats.set(key, format)
  return format.format(at)
}

/** The time in the local zone: `14:05`. */
export const localTimeOfDay = (language: string, at: number): string =>
  formatted(language, { hour: '2-digit', minute: '2-digit', hour12: false }, at)

/** The date with its weekday and year. */
export const localDate = (language: string, at: number): string =>
  formatted(language, { dateStyle: 'full' }, at)
