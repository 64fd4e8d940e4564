import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { judgeGifs } from './judge-page.ts'
import type { Verdict } from './verdict.ts'

/** How long the browser may be silent. A thousand frames of 2,160 × 2,160 take it a minute. */
const SILENCE_MS = 600_000

const ARGUMENTS = [
  '--headless=new',
  // Chromium's sandbox does not start for root, and the page loads nothing from elsewhere.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-background-networking',
  '--no-first-run',
]

/**
 * Shows files to a headless Chromium, one after the other, and yields what it makes of each of
 * them. They reach it from a server on the loopback, as only pages of a server may decode images.
 */
export async function* judgeInChromium(
  count: number,
  bytesOf: (index: number) => Promise<Uint8Array>,
  program = 'chromium',
): AsyncGenerator<Verdict> {
  const verdicts: Verdict[] = []
  let wake = () => {}
  const http = createServer(async (request, response) => {
    const [, what, index] = /^\/(gif|verdict)\/(\d+)$/.exec(request.url ?? '') ?? []
    if (what === 'gif') return response.end(await bytesOf(Number(index)))
    if (what === 'verdict') {
      verdicts[Number(index)] = await verdictIn(request)
      response.end()
      return wake()
    }
    if (request.url !== '/') return response.writeHead(404).end()
    response.setHeader('Content-Type', 'text/html')
    response.end(`<!doctype html><script>const __name = f => f;(${judgeGifs})(${count})</script>`)
  })
  const profile = await mkdtemp(join(tmpdir(), 'gifchat-judge-'))
  const url = await listenAnywhere(http)
  const browser = spawn(program, [...ARGUMENTS, `--user-data-dir=${profile}`, url], { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => {
    browser.once('error', () => reject(new Error(`${program} does not start: apt-get install chromium`)))
    browser.once('exit', code => reject(new Error(`${program} ended with ${code} before it was done`)))
  })
  failed.catch(() => undefined)
  try {
    for (let index = 0; index < count; index++) {
      while (verdicts[index] === undefined) {
        const spoken = new Promise<void>(resolve => {
          wake = resolve
        })
        await Promise.race([spoken, failed, silence(index)])
      }
      yield verdicts[index] as Verdict // the loop above waited for it
      delete verdicts[index]
    }
  } finally {
    await endBrowser(browser)
    http.close()
    http.closeAllConnections()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

async function verdictIn(request: IncomingMessage): Promise<Verdict> {
  // The page of this very program writes it.
  return JSON.parse(await text(request)) as Verdict
}

async function listenAnywhere(http: Server): Promise<string> {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // a listening TCP server has one
  return `http://127.0.0.1:${port}/`
}

const silence = (index: number): Promise<never> =>
  new Promise((_, reject) => {
    const error = new Error(`the browser said nothing about file ${index} in ${SILENCE_MS / 1_000} s`)
    setTimeout(() => reject(error), SILENCE_MS).unref()
  })

async function endBrowser(browser: ChildProcess): Promise<void> {
  if (browser.pid === undefined || browser.exitCode !== null) return
  const gone = once(browser, 'exit')
  browser.kill()
  await gone
}
