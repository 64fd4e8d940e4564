import { callMongo } from './call-mongo.ts'
import type { Models } from './models.ts'
import { isDuplicateKeyError } from './mongo-error.ts'

/** The secret of this database, which is `candidate` if there is none yet. */
export function loadMongoSecret(Setting: Models['Setting'], candidate: string): Promise<string> {
  const load = async (): Promise<string> => {
    const secret = await Setting.findOneAndUpdate(
      { _id: 'secret' },
      { $setOnInsert: { value: candidate } },
      { upsert: true, returnDocument: 'after' },
    ).lean()
    return secret.value
  }
  const loadAgain = (error: unknown) => (isDuplicateKeyError(error) ? load() : Promise.reject(error))
  // Of servers that start at once, two may want to insert it. Who comes second finds it then.
  return callMongo(() => load().catch(loadAgain))
}
