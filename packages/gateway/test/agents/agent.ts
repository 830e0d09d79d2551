import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { OfferedTool } from '@sluice/testkit/conversation.ts'
import type { JournalEntry } from '@sluice/testkit/journal.ts'
import type { LogLine } from '../start-test-gateway.ts'
import type packages from './packages.json'
import type { Command, CommandResult } from './run-command.ts'
import type { WireTap } from './wire-tap.ts'

/** A coding agent people run at a terminal; its package and version stand in `packages.json`. */
export interface Agent {
  readonly id: keyof typeof packages
  readonly title: string
  /** What it speaks to a gateway. */
  readonly dialect: ClientDialectId
  /** The model it asks for: one it knows, so that it behaves as it does every day. */
  readonly model: string
  /** True: it sends back the seals of its model's thinking, in whichever dialect they came. */
  readonly returnsSeals: boolean
  readonly tasks: readonly AgentTask[]
}

/** One thing an agent is asked to do, with the one tool call its model answers. */
export interface AgentTask {
  readonly title: string
  readonly prompt: string
  /** The agent's own tool that the model calls. */
  readonly toolName: string
  /** Arguments of that call: text for a free-form tool. The tool's result must hold the scene's word. */
  readonly toolArgs: (scene: Scene, tool: OfferedTool) => JsonObject | string
  /** Writes the agent's settings into its home and tells how to start it, just as `docs/agents.md` says. */
  readonly prepare: (scene: Scene) => Promise<AgentCommand>
  /** What went wrong that every agent's checks do not see; empty when nothing did. */
  readonly findProblems?: (run: AgentRun) => readonly string[]
}

/** What a task needs beside the environment that every agent gets. */
export type AgentCommand = Pick<Command, 'file' | 'args'> & { readonly env: Readonly<Record<string, string>> }

/** Where a task takes place: scratch folders, a word nobody can guess, and a gateway. */
export interface Scene {
  readonly home: string
  readonly workspace: string
  /** Only the tool's result can bring it into the conversation. */
  readonly word: string
  /** A file in the workspace that holds the word. */
  readonly notePath: string
  /** Without `/v1` and without a slash at the end. */
  readonly gatewayUrl: string
  readonly key: string
  readonly model: string
  readonly prompt: string
  /** `node_modules` of the agent's installed package. */
  readonly modules: string
  /** A Node.js binary, for agents written in JavaScript. */
  readonly node: string
}

/** All that was seen of one run. */
export interface AgentRun {
  readonly agent: Agent
  readonly upstream: ClientDialectId
  readonly scene: Scene
  readonly result: CommandResult
  /** What the agent sent to the gateway and got from it. */
  readonly tap: Pick<WireTap, 'requests' | 'answers'>
  /** What reached the provider. */
  readonly journal: readonly JournalEntry[]
  /** The gateway's log, one line per call. */
  readonly calls: readonly LogLine[]
  /** What it logged as mistakes of its own. */
  readonly bugs: readonly string[]
}
