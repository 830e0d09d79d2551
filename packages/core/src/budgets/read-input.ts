import type { MediaPart, Part } from '../ir/part.ts'
import type { GenerateRequest, Tool } from '../ir/request.ts'
import { type InputFacts, utf8Length } from './bound-input.ts'

/** What a request puts in front of the model. */
export function readInput(request: GenerateRequest): InputFacts {
  const sum = new InputSum()
  for (const message of request.messages) {
    sum.messages++
    sum.addText(message.name)
    sum.addJson(message.ext)
    for (const part of message.parts) sum.addPart(part)
  }
  for (const tool of request.tools) sum.addTool(tool)
  sum.addJson(request.format)
  sum.addJson(request.ext)
  return sum
}

class InputSum implements InputFacts {
  textBytes = 0
  messages = 0
  tools = 0
  images = 0
  audioBytes = 0
  videoBytes = 0
  hasUnbounded = false

  addText(text: string | undefined): void {
    if (text !== undefined) this.textBytes += utf8Length(text)
  }

  addJson(value: object | undefined): void {
    if (value !== undefined) this.addText(JSON.stringify(value))
  }

  addTool(tool: Tool): void {
    this.tools++
    this.addJson(tool)
  }

  addPart(part: Part): void {
    // A seal stands for thinking that is billed again; in its own encoding it is never shorter than that.
    if (part.kind !== 'opaque') this.addText(part.seal?.data)
    this.addJson(part.ext)
    switch (part.kind) {
      case 'text':
        // Citations of an earlier answer are sent back with it.
        this.addJson(part.citations)
        return this.addText(part.text)
      case 'refusal':
      case 'reasoning':
        return this.addText(part.text)
      case 'media':
        return this.#addMedia(part)
      case 'tool-call':
        this.addText(part.id)
        this.addText(part.name)
        return this.addText(part.args)
      case 'tool-result':
        this.addText(part.callId)
        this.addText(part.name)
        for (const inner of part.content) this.addPart(inner)
        return
      case 'opaque':
        // Only its own provider knows what it is.
        this.hasUnbounded = true
        return this.addJson(part.value)
      default:
        return part satisfies never
    }
  }

  #addMedia({ mediaType, source, filename, transcript }: MediaPart): void {
    this.addText(filename)
    this.addText(transcript)
    if (source.from === 'text') return this.addText(source.text)
    const bytes = source.from === 'base64' ? Math.ceil((source.data.length * 3) / 4) : undefined
    const kind = mediaType.split('/')[0]
    if (kind === 'image') this.images++
    else if (kind === 'audio' && bytes !== undefined) this.audioBytes += bytes
    else if (kind === 'video' && bytes !== undefined) this.videoBytes += bytes
    else if (kind === 'text' && bytes !== undefined) this.textBytes += bytes
    else this.hasUnbounded = true
  }
}
