import type { Factor, Fee, ServiceTier, TokenKind } from './price.ts'

/**
 * The words of a price as files spell them: in `sluice.yaml`, in an operator's catalogue and in ours. Token kinds are
 * USD per million tokens, fees USD for each one.
 */
export const kindNames: Readonly<Record<TokenKind, string>> = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache_read',
  cacheWrite: 'cache_write',
  cacheWrite1h: 'cache_write_1h',
  cacheReadAudio: 'cache_read_audio',
  inputAudio: 'input_audio',
  inputImage: 'input_image',
  outputAudio: 'output_audio',
  outputImage: 'output_image',
  reasoning: 'reasoning',
}

export const serviceNames: Readonly<Record<ServiceTier, string>> = {
  priority: 'priority',
  flex: 'flex',
  batch: 'batch',
}

export const factorNames: Readonly<Record<Factor, string>> = { fast: 'fast', us: 'us' }

export const feeWords: Readonly<Record<Fee, string>> = {
  request: 'request',
  webSearch: 'web_search',
  fileSearch: 'file_search',
  codeSession: 'code_session',
  searchUnit: 'search_unit',
  page: 'page',
  inputImagePiece: 'input_image_piece',
  outputImagePiece: 'output_image_piece',
  inputCharacter: 'input_character',
  inputAudioSecond: 'input_audio_second',
  outputAudioSecond: 'output_audio_second',
  outputVideoSecond: 'output_video_second',
}
