/** A duration in its largest whole unit, at least one second: `4 sec`, `12 min`. */
export function durationInWords(language: string, ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000))
  const [amount, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'hour']
          : [Math.floor(seconds / 86_400), 'day']
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(amount)
}

/** The plural form for a number (CLDR plural rules). */
export const pluralFormOf = (
  language: string,
  count: number,
  forms: Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>,
): string => forms[new Intl.PluralRules(language).select(count)] ?? forms.other
