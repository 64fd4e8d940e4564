import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { linksAndMentionsIn, mentionsUser } from '../../../../cli/app/model/links-and-mentions.ts'
import { highlightedLines } from '../../../../cli/app/view/highlighted-lines.ts'
import { terminalSafeText } from '../../../../cli/terminal/terminal-safe-text.ts'
import { rowWidth } from '../../../../cli/text/row.ts'
import { wrapText } from '../../../../cli/text/wrap-text.ts'
import { mixedText } from '../../../support/mixed-text.ts'

const me = { id: 'k3fa7wq2mzp8', color: '#12C6B8' }
const found = (text: string) =>
  linksAndMentionsIn(text, me).map(({ start, end, kind }) => [kind.name, text.slice(start, end)])

describe('a link', () => {
  const cases: readonly (readonly [text: string, address: string | undefined, isTarget: boolean])[] = [
    ['see https://example.com/a?b=c#d, please', 'https://example.com/a?b=c#d', true],
    ['(http://example.com/a_(b))', 'http://example.com/a_(b)', true],
    ['[https://example.com]!!', 'https://example.com', true],
    ['"https://example.com/x"', 'https://example.com/x', true],
    ['HTTPS://EXAMPLE.COM…', 'HTTPS://EXAMPLE.COM', true],
    ['주소는https://example.com/길 입니다', 'https://example.com/길', false],
    ['https://xn--pple-43d.com', 'https://xn--pple-43d.com', true],
    ['https://аpple.com', 'https://аpple.com', false],
    ['https://google.com@evil.example/', 'https://google.com@evil.example/', false],
    ['https://', undefined, false],
    ['https://:80/', 'https://:80/', false],
    ['javascript://example.com/%0aalert(1)', undefined, false],
    ['file:///etc/passwd ftp://example.com', undefined, false],
    ['xhttps://example.com', undefined, false],
  ]
  for (const [text, address, isTarget] of cases) {
    test(`in ${text}`, () => {
      const [link, ...more] = linksAndMentionsIn(text, me)
      assert.equal(link === undefined ? undefined : text.slice(link.start, link.end), address)
      assert.deepEqual(more, [])
      if (link === undefined) return
      assert.deepEqual(link.kind, { name: 'link', target: isTarget ? address : undefined })
    })
  }
})

test('mentions by colour or tag are found in any script, and nothing else is a mention', () => {
  assert.deepEqual(found('@12C6B8 and @#12c6b8님, @k3fa!'), [
    ['me', '@12C6B8'],
    ['me', '@#12c6b8'],
    ['me', '@k3fa'],
  ])
  assert.deepEqual(found('@ABCDEF님 안녕'), [['mention', '@ABCDEF']])
  for (const text of [
    'a@12C6B8',
    '@12C6B8a',
    '@12C6B',
    '@k3fab',
    '@@12C6B8',
    'k3fa',
    '12C6B8',
    '@home @team',
  ]) {
    assert.deepEqual(found(text), [], text)
  }
  assert.deepEqual(found('@12C6B8/k3fa, not @12C6B8/abcd nor @ABCDEF/k3fa'), [
    ['me', '@12C6B8/k3fa'],
    ['mention', '@12C6B8/abcd'],
    ['mention', '@ABCDEF/k3fa'],
  ])
  assert.deepEqual(found('https://example.com/@12C6B8'), [['link', 'https://example.com/@12C6B8']])
  assert.ok(mentionsUser('hey @12c6b8', me) && !mentionsUser('hey @12C6B9', me))
})

test('marking changes no text, and a link wrapped over several rows stays one link', () => {
  const passage = fc.constantFrom(
    'https://example.com/a/b?c=d&e=f',
    '@12C6B8',
    '@AABBCC',
    '(http://a.example)',
  )
  const text = fc.array(fc.oneof(mixedText, passage), { maxLength: 12 }).map(parts => parts.join(' '))
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (raw, columns) => {
      const plain = terminalSafeText(raw, { multiline: true })
      const lines = highlightedLines(plain, { columns, me, id: 'm1', hasLinks: true })
      assert.deepEqual(
        lines.map(spans => spans.map(span => span.text).join('')),
        wrapText(plain, columns),
      )
      for (const spans of lines) assert.ok(rowWidth(spans) <= Math.max(2, columns))
      const shown = new Map<string, string>()
      for (const { text, link } of lines.flat())
        if (link !== undefined) shown.set(link.id, (shown.get(link.id) ?? '') + text)
      const targets = new Map(
        lines.flat().flatMap(({ link }) => (link === undefined ? [] : [[link.id, link.target]])),
      )
      assert.deepEqual(shown, targets)
    }),
  )
})
