import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isListening } from './server-process.ts'

/** Debian keeps servers where not everybody's PATH has them. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin`

/** Why tests with this program are skipped; false where it is installed, or has to be. */
export const whyWithoutProgram = (name: 'nginx' | 'caddy'): string | false =>
  process.env.GIFCHAT_REQUIRE_SERVICES !== '1' &&
  spawnSync(name, ['-h'], { env: { PATH } }).error !== undefined
    ? `there is no ${name} here`
    : false

/** The examples for a proxy in docs/PROXIES.md, in order. */
export async function documentedConfigs(language: 'nginx' | 'caddyfile'): Promise<readonly string[]> {
  const text = await readFile(join(import.meta.dirname, '../../docs/PROXIES.md'), 'utf8')
  const blocks = text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))
  return [...blocks].map(([, block = '']) => block)
}

/** A real proxy in front of a server, in a directory of its own that is deleted afterwards. */
export class WebProxy implements AsyncDisposable {
  readonly directory: string
  readonly #child: ChildProcess
  #said = ''

  private constructor(directory: string, child: ChildProcess) {
    this.directory = directory
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text
      })
  }

  /** nginx with this inside of its `http`. `PORT` stands for its port. */
  static async startNginx(port: number, http: string): Promise<WebProxy> {
    const directory = await mkdtemp(join(tmpdir(), 'gifchat-nginx-'))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(name => `${name}_temp_path ${directory}/${name};`)
      .join(' ')
    // Workers of another user could not use the directory.
    const user = process.getuid?.() === 0 ? 'user root;' : ''
    const config = `${user} daemon off; pid ${directory}/pid; worker_processes 1; events {}
      http { access_log off; ${temporary} ${http} }`
    await writeFile(join(directory, 'nginx.conf'), config)
    const args = ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')]
    const proxy = new WebProxy(directory, spawn('nginx', args, { env: { PATH } }))
    await proxy.#untilListening(port)
    return proxy
  }

  static async startCaddy(port: number, caddyfile: string): Promise<WebProxy> {
    const directory = await mkdtemp(join(tmpdir(), 'gifchat-caddy-'))
    const options = '{\nadmin off\nskip_install_trust\nauto_https disable_redirects\n}\n'
    await writeFile(join(directory, 'Caddyfile'), options + caddyfile)
    const args = ['run', '--adapter', 'caddyfile', '--config', join(directory, 'Caddyfile')]
    const env = { PATH, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }
    const proxy = new WebProxy(directory, spawn('caddy', args, { env }))
    await proxy.#untilListening(port)
    return proxy
  }

  async #untilListening(port: number): Promise<void> {
    while (!(await isListening(port))) {
      if (this.#child.exitCode !== null) {
        await rm(this.directory, { recursive: true, force: true })
        throw new Error(`the proxy did not start: ${this.#said}`)
      }
      await sleep(20)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** A certificate for a host that signs itself, and its key. */
export async function makeCertificate(
  directory: string,
  host = 'localhost',
): Promise<{ readonly certificate: string; readonly key: string }> {
  await mkdir(directory, { recursive: true })
  const [certificate, key] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  const made = spawnSync('openssl', ['req', ...kind, ...name, '-keyout', key, '-out', certificate])
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`)
  return { certificate, key }
}
