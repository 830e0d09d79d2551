/** Names Google's protocol buffers have; every other is refused. Seen 2026-11-21 at https://ai.google.dev/api/generate-content */

/** Of a request. */
export const requestFields: ReadonlySet<string> = new Set([
  'cachedContent',
  'contents',
  'generationConfig',
  'labels',
  'model',
  'modelArmorConfig',
  'safetySettings',
  'serviceTier',
  'store',
  'systemInstruction',
  'toolConfig',
  'tools',
])

/** Of `generationConfig`. */
export const configFields: ReadonlySet<string> = new Set([
  'audioTimestamp',
  'candidateCount',
  'enableAffectiveDialog',
  'enableEnhancedCivicAnswers',
  'frequencyPenalty',
  'imageConfig',
  'logprobs',
  'maxOutputTokens',
  'mediaResolution',
  'modelSelectionConfig',
  'presencePenalty',
  'responseJsonSchema',
  '_responseJsonSchema',
  'responseLogprobs',
  'responseMimeType',
  'responseModalities',
  'responseSchema',
  'routingConfig',
  'seed',
  'speechConfig',
  'stopSequences',
  'temperature',
  'thinkingConfig',
  'topK',
  'topP',
])

/** Of one tool. */
export const toolFields: ReadonlySet<string> = new Set([
  'codeExecution',
  'computerUse',
  'enterpriseWebSearch',
  'fileSearch',
  'functionDeclarations',
  'googleMaps',
  'googleSearch',
  'googleSearchRetrieval',
  'mcpServers',
  'retrieval',
  'urlContext',
])

/** Of one function. */
export const declarationFields: ReadonlySet<string> = new Set([
  'behavior',
  'description',
  'name',
  'parameters',
  'parametersJsonSchema',
  'response',
  'responseJsonSchema',
])

/** Of `Schema`, at every depth. */
export const schemaFields: ReadonlySet<string> = new Set([
  'anyOf',
  'default',
  'description',
  'enum',
  'example',
  'format',
  'items',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'nullable',
  'pattern',
  'properties',
  'propertyOrdering',
  'required',
  'title',
  'type',
])

/** Of one content. */
export const contentFields: ReadonlySet<string> = new Set(['parts', 'role'])

/** Of a part: exactly one of these. */
export const dataFields: ReadonlySet<string> = new Set([
  'codeExecutionResult',
  'executableCode',
  'fileData',
  'functionCall',
  'functionResponse',
  'inlineData',
  'text',
  'toolCall',
  'toolResponse',
])

/** Of a part, data or not. */
export const partFields: ReadonlySet<string> = new Set([
  ...dataFields,
  'mediaResolution',
  'partMetadata',
  'thought',
  'thoughtSignature',
  'videoMetadata',
])
