import type { Deadlines } from '@sluice/core/providers/provider.ts'
import { readByteSize } from './byte-size.ts'
import { defaultSettings, type Settings } from './config.ts'
import type { ConfigNode } from './config-node.ts'
import { type DurationRange, readDuration } from './duration.ts'
import { Fields, type Located } from './fields.ts'
import type { Problems } from './problem.ts'

const settingKeys = ['body_limit', 'answer_limit', 'heartbeat', 'drain', 'drain_grace', 'deadlines', 'detect', 'probe']
const deadlineKeys = ['connect', 'first_token', 'gap', 'total']

const heartbeatRange: DurationRange = { leastMs: 1000, mostMs: 600_000 }
const drainRange: DurationRange = { leastMs: 0, mostMs: 86_400_000 }
const drainGraceRange: DurationRange = { leastMs: 0, mostMs: 3_600_000 }
const probeRange: DurationRange = { leastMs: 1000, mostMs: 3_600_000 }
const deadlineRange: DurationRange = { leastMs: 1, mostMs: 86_400_000 }

/** Reads `settings:`; what it does not say has its default. */
export function readSettings(node: Located<ConfigNode> | undefined, problems: Problems): Settings {
  const fields = node && Fields.open(node, settingKeys, problems)
  if (!fields) return defaultSettings
  const { bodyLimitBytes, answerLimitBytes, heartbeatMs, drainMs, drainGraceMs, deadlines, isDetecting, probeMs } =
    defaultSettings
  const bodyLimit = fields.node('body_limit')
  const answerLimit = fields.node('answer_limit')
  return {
    bodyLimitBytes: (bodyLimit && readByteSize(bodyLimit, problems)) ?? bodyLimitBytes,
    answerLimitBytes: (answerLimit && readByteSize(answerLimit, problems)) ?? answerLimitBytes,
    heartbeatMs: readSpan(fields, 'heartbeat', heartbeatRange, problems) ?? heartbeatMs,
    drainMs: readSpan(fields, 'drain', drainRange, problems) ?? drainMs,
    drainGraceMs: readSpan(fields, 'drain_grace', drainGraceRange, problems) ?? drainGraceMs,
    deadlines: readDeadlines(fields.node('deadlines'), deadlines, problems),
    isDetecting: fields.boolean('detect')?.value ?? isDetecting,
    probeMs: readSpan(fields, 'probe', probeRange, problems) ?? probeMs,
  }
}

/** Reads `deadlines:`; what it does not say is as in `outer`, which belongs to whatever this is a part of. */
export function readDeadlines(node: Located<ConfigNode> | undefined, outer: Deadlines, problems: Problems): Deadlines {
  const fields = node && Fields.open(node, deadlineKeys, problems)
  if (!fields) return outer
  return {
    connectMs: readSpan(fields, 'connect', deadlineRange, problems) ?? outer.connectMs,
    firstTokenMs: readSpan(fields, 'first_token', deadlineRange, problems) ?? outer.firstTokenMs,
    gapMs: readSpan(fields, 'gap', deadlineRange, problems) ?? outer.gapMs,
    totalMs: readSpan(fields, 'total', deadlineRange, problems) ?? outer.totalMs,
  }
}

function readSpan(fields: Fields, key: string, range: DurationRange, problems: Problems): number | undefined {
  const node = fields.node(key)
  return node && readDuration(node, range, problems)
}
