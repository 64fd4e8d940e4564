import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRedisAddress } from '../../../server/cluster/redis-address.ts'

test('the address of a Redis is one server, the sentinels of one, or a cluster', () => {
  const server = { kind: 'server', isTls: false, database: 0 }
  assert.deepEqual(parseRedisAddress('redis://redis'), { ...server, hosts: [{ host: 'redis', port: 6379 }] })
  assert.deepEqual(parseRedisAddress('rediss://ada:p%40ss@[fd00::1]:7000/3'), {
    kind: 'server',
    isTls: true,
    username: 'ada',
    password: 'p@ss',
    hosts: [{ host: 'fd00::1', port: 7000 }],
    database: 3,
  })
  assert.equal(parseRedisAddress('redis://:secret@redis')?.password, 'secret')
  assert.deepEqual(parseRedisAddress('redis-sentinel://one,two:26380/1#chat'), {
    kind: 'sentinel',
    isTls: false,
    hosts: [
      { host: 'one', port: 26379 },
      { host: 'two', port: 26380 },
    ],
    database: 1,
    name: 'chat',
  })
  const cluster = parseRedisAddress('rediss-cluster://one:7001,two:7002')
  assert.deepEqual([cluster?.kind, cluster?.isTls, cluster?.hosts.length], ['cluster', true, 2])
})

test('what is no such address is refused', () => {
  for (const text of [
    '',
    'redis',
    'redis:',
    'redis://',
    'http://redis',
    'redis://one,two',
    'redis://one#chat',
    'redis-sentinel://one',
    'redis-sentinel://one#',
    'redis-cluster://one/1',
    'redis-cluster://one,,two',
    'redis://redis:0',
    'redis://redis:65536',
    'redis://redis:port',
    'redis://redis/name',
    'redis://%zz@redis',
    'redis://redis?db=1',
  ])
    assert.equal(parseRedisAddress(text), undefined, text)
})
