import { z } from 'zod'

/**
 * One setting of an operator. The flag wins over the variable, and the variable over the default.
 */
interface Setting<Schema extends z.ZodType> {
  readonly schema: Schema
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
  schema: Schema,
  help: string,
  isSecret = false,
): Setting<Schema> => ({ flag, env, schema, help, isSecret })

/** A whole number of at least 1. */
export const countSettingSchema = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
/** Whole milliseconds, 0 included. */
export const millisecondsSettingSchema = (fallback: number) =>
  z.coerce.number().int().min(0).default(fallback)
/** A number above 0, such as how often something may happen in a second. */
export const rateSettingSchema = (fallback: number) => z.coerce.number().positive().default(fallback)
