import type { EventDecoder, Frame, RequestOptions } from '../../ir/dialect.ts'
import type { Emit } from '../../ir/event.ts'
import type { Failure } from '../../ir/failure.ts'
import { parseObject } from '../../ir/read.ts'
import { AnswerDecoder } from './answer-decoder.ts'
import { findInnerFailure } from './inner-failure.ts'
import type { OpenAiChatQuirks } from './quirks.ts'

/** Reads one streamed answer. `[DONE]` is its healthy end; without it the answer was cut short. */
export function createDecoder({ quirks, context }: RequestOptions<OpenAiChatQuirks>): EventDecoder {
  const answer = new AnswerDecoder(context)
  let isOver = false

  function fail(failure: Failure, emit: Emit): void {
    isOver = true
    emit({ type: 'error', failure })
  }

  function finish(emit: Emit): void {
    if (!answer.hasChoices) return fail(withoutChoices(context.provider), emit)
    isOver = true
    answer.finish(emit)
  }

  return {
    /** What a broken answer has cost so far is told before the error. */
    frame(frame: Frame, emit: Emit): void {
      if (isOver) return
      const { data } = frame
      if (data.length < 16) {
        const word = data.trim()
        if (word === '[DONE]') return finish(emit)
        if (word === '') return
      }
      const chunk = parseObject(data)
      const failure = chunk
        ? findInnerFailure(chunk, frame.event, context.provider)
        : malformed(frame, context.provider)
      if (chunk && failure) answer.usage(chunk, emit)
      if (failure) return fail(failure, emit)
      if (chunk) answer.decode(chunk, emit)
    },
    end(emit: Emit): void {
      if (isOver) return
      if (quirks.doneMarker === 'optional' && answer.isFinished) return finish(emit)
      fail(cutShort(context.provider), emit)
    },
  }
}

/** A frame that is no JSON object: broken off, or the words of an error event. */
function malformed({ event, data }: Frame, provider: string): Failure {
  const said = event === 'error' ? `: ${data.slice(0, 300)}` : ' that is not a JSON object'
  return protocolFailure(`Provider '${provider}' sent an event${said}.`)
}

function cutShort(provider: string): Failure {
  return protocolFailure(`Provider '${provider}' closed the stream before [DONE].`)
}

function withoutChoices(provider: string): Failure {
  return protocolFailure(`Provider '${provider}' ended its answer without any choice in it.`)
}

/** The answer does not keep to the dialect; another deployment may. */
export function protocolFailure(message: string): Failure {
  return { kind: 'upstream-protocol', message, retry: 'other-target' }
}
