import { z } from 'zod'

/** What a value has to be, for the sentence that refuses another one. */
export type Wanted =
  | { readonly kind: 'whole'; readonly least: number; readonly most?: number }
  | { readonly kind: 'positive' }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'longer'; readonly least: number }
  | {
      readonly kind: 'mongodbAddress' | 'mongodbDatabase' | 'redisAddress' | 'redisPrefix' | 'path' | 'text'
    }

/** The values that a setting can have. */
interface Values<Schema extends z.ZodType> {
  readonly schema: Schema
  readonly wanted: Wanted
}

/**
 * One setting of an operator. The flag wins over the variable, and the variable over the default.
 */
interface Setting<Schema extends z.ZodType> extends Values<Schema> {
  /** The flag without its dashes. */
  readonly flag: string
  readonly env: string
  readonly help: string
  /** Left out of the process list and of logs. */
  readonly isSecret?: boolean
}

export const describeServerSetting = <Schema extends z.ZodType>(
  flag: string,
  env: string,
  values: Values<Schema>,
  help: string,
  isSecret = false,
): Setting<Schema> => ({ flag, env, ...values, help, isSecret })

/** A whole number from `least` to `most`. */
export const wholeNumberSetting = (fallback: number, least: number, most: number) => ({
  schema: z.coerce.number().int().min(least).max(most).default(fallback),
  wanted: { kind: 'whole', least, most } as const,
})

/** A whole number of at least 1. */
export const countSetting = (fallback: number) => ({
  schema: z.coerce.number().int().min(1).default(fallback),
  wanted: { kind: 'whole', least: 1 } as const,
})

/** Whole milliseconds, 0 included. */
export const millisecondsSetting = (fallback: number) => ({
  schema: z.coerce.number().int().min(0).default(fallback),
  wanted: { kind: 'whole', least: 0 } as const,
})

/** A number above 0, such as how often something may happen in a second. */
export const rateSetting = (fallback: number) => ({
  schema: z.coerce.number().positive().default(fallback),
  wanted: { kind: 'positive' } as const,
})

/** One of a few words. Left out, it is decided later. */
export const choiceSetting = <const Value extends string>(values: readonly [Value, ...Value[]]) => ({
  schema: z.enum(values).optional(),
  wanted: { kind: 'oneOf', values } as const,
})

/** A text, of this schema. */
export const textSetting = <Schema extends z.ZodType>(
  schema: Schema,
  wanted: Wanted = { kind: 'text' },
): Values<Schema> => ({ schema, wanted })
