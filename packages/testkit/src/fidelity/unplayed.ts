import type { RecordingEntry } from '../recordings.ts'

/** Recorded operations that no client's chat can be answered with, by the reason. */
const reasons: readonly (readonly [why: string, operations: readonly string[]])[] = [
  [
    'a task of its own; its tests replay it',
    ['embeddings', 'rerank', 'moderations', 'completions', 'count_tokens', 'messages.count_tokens'].concat(
      'responses.input_tokens',
    ),
  ],
  [
    'reads or changes what a provider keeps; passes through as it is',
    [
      'assistants',
      'chat.stored',
      'conversations',
      'responses.retrieve',
      'responses.cancel',
      'responses.input_items',
    ].concat(
      ['responses.compact', 'batches', 'batchGenerateContent', 'cachedContents', 'containers', 'files'],
      ['file_search_stores', 'uploadToFileSearchStore', 'fine_tuning', 'vector_stores', 'skills'],
    ),
  ],
  [
    'no text generation: images, sound, video, scanned pages, or a socket; passes through as it is',
    [
      'images',
      'images.edits',
      'images.variations',
      'audio.speech',
      'audio.transcriptions',
      'audio.translations',
    ].concat(['videos', 'realtime', 'ocr']),
  ],
  ['a list of models, or what a server says of itself', ['models', 'props']],
  ['an agent of the provider, not a model', ['agent.invoke']],
  [
    'a wire of its maker, or no chat; the same models are spoken to in Converse',
    ['invoke', 'invoke-with-response-stream'],
  ],
  ['an API beside generateContent, which the same models speak', ['interactions']],
  ['counts tokens of a text, not of a request', ['tokenize']],
  [
    'a bare prompt without roles or tools; the same hosts are spoken to in their chat API',
    ['generate', 'run', 'invocations'],
  ],
  ['a job to ask after until it is done, for models of any kind', ['predictions', 'predictions.stream']],
]

/** Why this operation is not among the replayed; undefined when nobody has said. */
export function whyUnplayed(operation: string): string | undefined {
  return reasons.find(([, operations]) => operations.includes(operation))?.[0]
}

/** What was recorded and is not replayed by chat clients: operations with their providers and counts, by the reason. */
export function writeUnplayed(entries: readonly RecordingEntry[]): string {
  const rows = reasons.flatMap(([why, operations]) => {
    const found = entries.filter(({ operation }) => operations.includes(operation))
    if (found.length === 0) return []
    return [`| ${why} | ${namesOf(found, 'operation')} | ${namesOf(found, 'provider')} | ${found.length} |`]
  })
  return [
    '| not replayed because it is | operations | providers | exchanges |',
    '|---|---|---|---:|',
    ...rows,
    '',
  ].join('\n')
}

function namesOf(entries: readonly RecordingEntry[], key: 'operation' | 'provider'): string {
  return [...new Set(entries.map((entry) => entry[key]))].toSorted().join(', ')
}
