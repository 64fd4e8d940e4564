/**
 * Makes a pure function remember its answers to the last `limit` questions, and to as many before
 * those at most. Calls with more than one argument are not remembered.
 */
export function remember<Question, Options extends unknown[], Answer>(
  pure: (question: Question, ...options: Options) => Answer,
  limit: number,
): (question: Question, ...options: Options) => Answer {
  let recent = new Map<Question, Answer>()
  let older = new Map<Question, Answer>()
  return (question, ...options) => {
    if (options.length > 0) return pure(question, ...options)
    const known = recent.get(question)
    if (known !== undefined) return known
    const answer = older.get(question) ?? pure(question, ...options)
    if (recent.size >= limit) {
      older = recent
      recent = new Map()
    }
    recent.set(question, answer)
    return answer
  }
}
