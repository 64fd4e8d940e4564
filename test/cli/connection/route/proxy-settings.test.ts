import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ProxySettingError,
  routeProxyTo,
  shownRouteProxy,
} from '../../../../cli/connection/route/proxy-settings.ts'

const PROXIES = { HTTP_PROXY: 'http://plain', HTTPS_PROXY: 'http://secure:3128' }

const hostOf = (server: string, env: Readonly<Record<string, string>>) => routeProxyTo(server, env)?.url.host

test('ws goes by HTTP_PROXY, wss by HTTPS_PROXY, and what has none by ALL_PROXY', () => {
  assert.equal(hostOf('ws://chat.example:8005', PROXIES), 'plain')
  assert.equal(hostOf('wss://chat.example', PROXIES), 'secure:3128')
  assert.equal(hostOf('wss://chat.example', { HTTP_PROXY: 'http://plain' }), undefined)
  const all = { ALL_PROXY: 'socks5://all:1080' }
  assert.equal(hostOf('wss://chat.example', all), 'all:1080')
  assert.equal(hostOf('wss://chat.example', { ...all, ...PROXIES }), 'secure:3128')
  assert.equal(hostOf('ws://chat.example', {}), undefined)
  assert.equal(hostOf('ws://chat.example', { HTTP_PROXY: '' }), undefined)
})

test('small letters win, and the variable is told', () => {
  const proxy = routeProxyTo('ws://chat.example', { ...PROXIES, http_proxy: 'ann:secret@small:1' })
  assert.ok(proxy !== undefined)
  assert.equal(proxy.variable, 'http_proxy')
  assert.equal(shownRouteProxy(proxy), 'http://small:1')
})

test('this machine and its own links are reached directly', () => {
  for (const host of ['localhost', '127.0.0.1', '127.0.0.9', '[::1]', '[fe80::1%eth0]'])
    assert.equal(hostOf(`ws://${host}:8005`, PROXIES), undefined, host)
})

for (const [exempt, reached, proxied] of [
  ['*', ['ws://a.example'], []],
  [
    'example.com',
    ['ws://example.com', 'wss://chat.example.com'],
    ['ws://badexample.com', 'ws://example.org'],
  ],
  ['.example.com', ['ws://chat.example.com', 'ws://example.com'], ['ws://badexample.com']],
  ['*.Example.com', ['ws://chat.example.com'], ['ws://example.org']],
  ['example.com:8005', ['ws://example.com:8005'], ['ws://example.com', 'wss://example.com']],
  ['a , example.com:443 b', ['wss://example.com', 'ws://b'], ['ws://example.com', 'ws://c']],
  ['10.0.0.0/8, 192.168.1.7', ['ws://10.9.8.7:1', 'ws://192.168.1.7'], ['ws://11.0.0.1', 'ws://192.168.1.8']],
  ['fd00::/8', ['ws://[fd00::7]:8005'], ['ws://[fe00::7]', 'ws://10.0.0.1']],
  ['2001:db8::7', ['ws://[2001:db8::7]:8005'], ['ws://[2001:db8::8]']],
  ['[2001:db8::7]:8005', ['ws://[2001:db8::7]:8005'], ['ws://[2001:db8::7]']],
  ['0.0.1', [], ['ws://10.0.0.1']],
  ['10.0.0.0/99, a/b, :, [, []:1', [], ['ws://10.0.0.1', 'ws://a']],
] as const)
  test(`NO_PROXY=${JSON.stringify(exempt)} exempts what it names, and no more`, () => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      for (const server of reached)
        assert.equal(hostOf(server, { ...PROXIES, [name]: exempt }), undefined, server)
      for (const server of proxied)
        assert.notEqual(hostOf(server, { ...PROXIES, [name]: exempt }), undefined, server)
    }
  })

test('what is no address of a proxy is refused, without its value', () => {
  for (const value of ['ftp://proxy', 'http://', 'socks9://proxy', 'http://me:secret@', '://'])
    assert.throws(
      () => routeProxyTo('ws://chat.example', { HTTP_PROXY: value }),
      error =>
        error instanceof ProxySettingError &&
        error.variable === 'HTTP_PROXY' &&
        !error.message.includes('secret'),
    )
})
