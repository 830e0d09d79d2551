import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthorizedTransports } from '@sluice/core/providers/auth/authorized-transport.ts'
import type { Credential } from '@sluice/core/providers/auth/credential.ts'
import { readBody } from '@sluice/core/upstream/read-body.ts'
import { TransportError } from '@sluice/core/upstream/transport.ts'
import { type Answer, answerJson } from '@sluice/testkit/answer.ts'
import { type FakeProvider, type Script, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { createCredentialPorts } from '../../src/credentials/credential-ports.ts'
import { SocketTransport } from '../../src/upstream/socket-transport.ts'

/** How one authorised request ended. */
export interface Sent {
  /** The provider's status; undefined when nothing was sent. */
  readonly status: number | undefined
  /** Why nothing was sent. */
  readonly problem: string
  readonly kind: string
}

export interface CredentialHouse extends AsyncDisposable {
  readonly provider: FakeProvider
  readonly tokens: FakeProvider
  /** Sends one request with the credential, over real sockets. */
  send(credential: Credential, signal?: AbortSignal): Promise<Sent>
  /** Both clocks go on by this. */
  pass(ms: number): void
  /** A file of the test's own. */
  file(name: string, text: string): Promise<string>
}

const unhurried = { connectMs: 5000, firstTokenMs: 5000, gapMs: 5000, totalMs: 10_000 }

/**
 * A provider and a token server that speak HTTP, and a clock to turn. Waits for the token server last a fiftieth of what
 * they do in earnest.
 */
export async function openCredentialHouse(tokenAnswer: Script): Promise<CredentialHouse> {
  const provider = await startFakeProvider({ answer: answerJson({ ok: true }) })
  const tokens = await startFakeProvider({ answer: tokenAnswer })
  const directory = await mkdtemp(join(tmpdir(), 'sluice-credentials-'))
  const sockets = new SocketTransport()
  let passedMs = 0
  const ports = createCredentialPorts({
    send: (request) => {
      const { connectMs, firstTokenMs, gapMs, totalMs } = request.deadlines
      if (request.deadlines === unhurried) return sockets.send(request)
      const hurried = { connectMs, firstTokenMs: firstTokenMs / 50, gapMs: gapMs / 50, totalMs: totalMs / 50 }
      return sockets.send({ ...request, deadlines: hurried })
    },
  })
  const authorized = createAuthorizedTransports({
    ...ports,
    nowMs: () => passedMs,
    unixMs: () => Date.now() + passedMs,
  })
  return {
    provider,
    tokens,
    async send(credential, signal) {
      try {
        const answer = await authorized(credential).send({
          url: `${provider.url}/v1/x`,
          origin: provider.url,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
          deadlines: unhurried,
          ...(signal && { signal }),
        })
        await readBody(answer.body, 1000)
        return { status: answer.status, problem: '', kind: '' }
      } catch (error) {
        if (!(error instanceof TransportError)) throw error
        return { status: undefined, problem: error.message, kind: error.kind }
      }
    },
    pass(ms) {
      passedMs += ms
    },
    async file(name, text) {
      const path = join(directory, name)
      await writeFile(path, text)
      return path
    },
    async [Symbol.asyncDispose]() {
      sockets.close()
      await provider.stop()
      await tokens.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** What most token servers answer. */
export function bearer(token: string, seconds = 3600): Answer {
  return answerJson({ access_token: token, expires_in: seconds, token_type: 'Bearer' })
}
