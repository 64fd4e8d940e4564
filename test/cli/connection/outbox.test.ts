import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutgoingMessage } from '../../../cli/connection/client-events.ts'
import { Outbox } from '../../../cli/connection/outbox.ts'

const message = (clientMessageId: string, body: OutgoingMessage['body'], room = 'r1'): OutgoingMessage => ({
  room,
  clientMessageId,
  createdAt: 0,
  queuedAt: 0,
  body,
  state: 'sending',
})
const text = (id: string, room?: string) => ({ message: message(id, { text: id }, room), uploads: 0 })
const gif = (id: string) => ({
  message: message(id, { gifPath: `/${id}.gif`, name: `${id}.gif`, bytes: 1 }),
  uploads: 0,
})
const nextId = (outbox: Outbox, room = 'r1') => outbox.nextToSend(room)?.message.clientMessageId

test('messages leave in order, each room by itself', () => {
  const outbox = new Outbox()
  for (const entry of [text('a'), text('b'), text('c', 'r2')]) outbox.addLast(entry)
  assert.equal(nextId(outbox), 'a')
  assert.equal(nextId(outbox, 'r2'), 'c')
  assert.equal(outbox.removeEntry('a'), true)
  assert.equal(outbox.removeEntry('a'), false)
  assert.equal(nextId(outbox), 'b')
  assert.deepEqual(
    outbox.unsentEntries().map(entry => entry.message.clientMessageId),
    ['b', 'c'],
  )
})

test('a failed message blocks no other, and goes last when it is retried', () => {
  const outbox = new Outbox()
  for (const entry of [text('a'), text('b')]) outbox.addLast(entry)
  outbox.changeEntry('a', entry => ({ ...entry, message: { ...entry.message, state: 'failed' } }))
  assert.equal(nextId(outbox), 'b')
  outbox.addLast(text('a'))
  assert.equal(nextId(outbox), 'b')
  outbox.removeEntry('b')
  assert.equal(nextId(outbox), 'a')
})

test('a GIF takes its turn when its upload is done', () => {
  const outbox = new Outbox()
  for (const entry of [gif('g'), text('a')]) outbox.addLast(entry)
  assert.equal(outbox.nextToUpload('r1')?.message.clientMessageId, 'g')
  assert.equal(nextId(outbox), 'a')
  outbox.changeEntry('g', entry => ({ ...entry, gif: 'uploaded' }))
  assert.equal(outbox.nextToUpload('r1'), undefined)
  assert.equal(nextId(outbox), 'g')
})

test('a message that is gone can’t be changed', () => {
  assert.equal(
    new Outbox().changeEntry('a', entry => entry),
    undefined,
  )
})
