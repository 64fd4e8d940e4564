interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

/** A command that did not do what it was for. */
interface ServeFailure {
  readonly code: 'usage' | 'failed' | 'notFound' | 'silent'
  readonly exitCode: 1 | 2
}

/** Speaks to whoever typed `gifchat serve`: in sentences, or with `--json` in an object a line. */
export interface ServeVoice {
  /** On standard output: the sentences for people, or the same as objects for programs. */
  tell(sentences: readonly string[], facts: readonly object[]): void
  /** On standard error. Returns the exit code. */
  fail(failure: ServeFailure, sentence: string): number
}

export function serveVoice({ stdout, stderr }: Streams, isJson: boolean): ServeVoice {
  const line = (value: object) => `${JSON.stringify(value)}\n`
  return {
    tell(sentences, facts) {
      stdout.write(isJson ? facts.map(line).join('') : sentences.map(sentence => `${sentence}\n`).join(''))
    },
    fail(failure, message) {
      stderr.write(isJson ? line({ error: { ...failure, message } }) : `gifchat serve: ${message}\n`)
      return failure.exitCode
    },
  }
}
