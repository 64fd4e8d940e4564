import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestError } from '../../protocol/error-codes.ts'

test('a request error has a name and no stack, and later errors have their stack', () => {
  const error = new RequestError('rateLimited', 'slow down', { retryAfterMs: 1 })
  assert.equal(error.stack?.split('\n').length, 1)
  assert.equal(String(error), 'RequestError: slow down')
  assert.match(new Error('another').stack ?? '', /\n {4}at /)
})
