import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { terminalLines } from '../../../../cli/commands/shell/terminal-lines.ts'
import { textsForLocale } from '../../../../cli/i18n/pick-texts.ts'
import { createProgram } from '../../../../cli/program.ts'
import { screenWidthOf } from '../../../../cli/text/screen-width.ts'

const narrow = (columns?: number) => Object.assign(new PassThrough(), { columns })
const SENTENCE = '서버를 연 사람이 서버를 끝내서 방이 모두 사라졌습니다.'

for (const language of ['en', 'ko'] as const) {
  const texts = textsForLocale(language)
  test(`what goes to a terminal is broken at spaces, and elsewhere nowhere (${language})`, () => {
    const sentence = language === 'ko' ? SENTENCE : texts.script.closed.serverEnded
    assert.ok(sentence !== undefined)
    for (const columns of [20, 33, 40]) {
      const wrapped = terminalLines(`${sentence}\n`, narrow(columns), 2)
      for (const row of wrapped.split('\n')) assert.ok(screenWidthOf(row) <= columns, row)
      assert.deepEqual(wrapped.split(/\s+/), `${sentence}\n`.split(/\s+/))
    }
    assert.equal(terminalLines(`${sentence}\n`, narrow()), `${sentence}\n`)
  })

  for (const columns of [20, 40, 80])
    test(`--help breaks its descriptions at spaces, by the width on the screen (${language}, ${columns} columns)`, () => {
      const program = createProgram(texts)
      const words: string[] = []
      for (const command of [program, ...program.commands]) {
        command.configureOutput({ getOutHelpWidth: () => columns })
        const text = command.helpInformation()
        words.push(...text.split(/\s+/))
        for (const row of text.split('\n')) {
          // A term and a usage stand in one piece, to be copied.
          const isDescription = row.startsWith('      ') || !/^( {2}\S|\S+: )/.test(row)
          if (isDescription) assert.ok(screenWidthOf(row) <= columns, row)
        }
      }
      // Nothing is lost, and no word is cut.
      const described = program.commands.flatMap(command => command.description().split(/\s+/))
      for (const word of described)
        if (screenWidthOf(word) <= columns - 6) assert.ok(words.includes(word), word)
    })
}
