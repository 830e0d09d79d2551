import { abacus } from './known/abacus.ts'
import { abliteration } from './known/abliteration.ts'
import { ai21 } from './known/ai21.ts'
import { aihubmix } from './known/aihubmix.ts'
import { aimlapi } from './known/aimlapi.ts'
import { alibaba } from './known/alibaba.ts'
import { alibabaCodingPlan } from './known/alibaba-coding-plan.ts'
import { amazonNova } from './known/amazon-nova.ts'
import { ambient } from './known/ambient.ts'
import { anthropic } from './known/anthropic.ts'
import { apertis } from './known/apertis.ts'
import { assemblyai } from './known/assemblyai.ts'
import { avian } from './known/avian.ts'
import { azure } from './known/azure.ts'
import { azureAi } from './known/azure-ai.ts'
import { baseten } from './known/baseten.ts'
import { bedrock } from './known/bedrock.ts'
import { bedrockMantle } from './known/bedrock-mantle.ts'
import { berget } from './known/berget.ts'
import { byteplus } from './known/byteplus.ts'
import { bytez } from './known/bytez.ts'
import { cerebras } from './known/cerebras.ts'
import { charityEngine } from './known/charity-engine.ts'
import { chatgpt } from './known/chatgpt.ts'
import { chutes } from './known/chutes.ts'
import { clarifai } from './known/clarifai.ts'
import { cloudferro } from './known/cloudferro.ts'
import { cloudflare } from './known/cloudflare.ts'
import { codestral } from './known/codestral.ts'
import { cognition } from './known/cognition.ts'
import { cohere } from './known/cohere.ts'
import { cometapi } from './known/cometapi.ts'
import { compactifai } from './known/compactifai.ts'
import { cortecs } from './known/cortecs.ts'
import { crof } from './known/crof.ts'
import { crusoe } from './known/crusoe.ts'
import { darkbloom } from './known/darkbloom.ts'
import { databricks } from './known/databricks.ts'
import { datarobot } from './known/datarobot.ts'
import { deepinfra } from './known/deepinfra.ts'
import { deepseek } from './known/deepseek.ts'
import { digitalocean } from './known/digitalocean.ts'
import { dockerModelRunner } from './known/docker-model-runner.ts'
import { doubleword } from './known/doubleword.ts'
import { edenai } from './known/edenai.ts'
import { empiriolabs } from './known/empiriolabs.ts'
import { empower } from './known/empower.ts'
import { evroc } from './known/evroc.ts'
import { fastrouter } from './known/fastrouter.ts'
import { featherless } from './known/featherless.ts'
import { fireworks } from './known/fireworks.ts'
import { friendli } from './known/friendli.ts'
import { galadriel } from './known/galadriel.ts'
import { gemini } from './known/gemini.ts'
import { githubCopilot } from './known/github-copilot.ts'
import { githubModels } from './known/github-models.ts'
import { gmi } from './known/gmi.ts'
import { gpustack } from './known/gpustack.ts'
import { groq } from './known/groq.ts'
import { helicone } from './known/helicone.ts'
import { heroku } from './known/heroku.ts'
import { hpcAi } from './known/hpc-ai.ts'
import { huggingface } from './known/huggingface.ts'
import { hyperbolic } from './known/hyperbolic.ts'
import { iflow } from './known/iflow.ts'
import { inception } from './known/inception.ts'
import { inceptron } from './known/inceptron.ts'
import { inferenceNet } from './known/inference-net.ts'
import { infinity } from './known/infinity.ts'
import { ioNet } from './known/io-net.ts'
import { jiekou } from './known/jiekou.ts'
import { jina } from './known/jina.ts'
import { kilo } from './known/kilo.ts'
import { kimiCoding } from './known/kimi-coding.ts'
import { lambda } from './known/lambda.ts'
import { lemonade } from './known/lemonade.ts'
import { libertai } from './known/libertai.ts'
import { lilac } from './known/lilac.ts'
import { llamaApi } from './known/llama-api.ts'
import { llamaCpp } from './known/llama-cpp.ts'
import { llamagate } from './known/llamagate.ts'
import { llmgateway } from './known/llmgateway.ts'
import { lmStudio } from './known/lm-studio.ts'
import { localai } from './known/localai.ts'
import { manus } from './known/manus.ts'
import { maritalk } from './known/maritalk.ts'
import { meta } from './known/meta.ts'
import { minimax } from './known/minimax.ts'
import { mistral } from './known/mistral.ts'
import { mixlayer } from './known/mixlayer.ts'
import { moark } from './known/moark.ts'
import { modelscope } from './known/modelscope.ts'
import { moonshot } from './known/moonshot.ts'
import { morph } from './known/morph.ts'
import { nanoGpt } from './known/nano-gpt.ts'
import { nearai } from './known/nearai.ts'
import { nebius } from './known/nebius.ts'
import { neosantara } from './known/neosantara.ts'
import { neuralwatt } from './known/neuralwatt.ts'
import { novita } from './known/novita.ts'
import { nscale } from './known/nscale.ts'
import { nvidia } from './known/nvidia.ts'
import { oci } from './known/oci.ts'
import { ollama } from './known/ollama.ts'
import { ollamaCloud } from './known/ollama-cloud.ts'
import { ollamaNative } from './known/ollama-native.ts'
import { openai } from './known/openai.ts'
import { opencode } from './known/opencode.ts'
import { openrouter } from './known/openrouter.ts'
import { orcarouter } from './known/orcarouter.ts'
import { ovhcloud } from './known/ovhcloud.ts'
import { parasail } from './known/parasail.ts'
import { perplexity } from './known/perplexity.ts'
import { pinstripes } from './known/pinstripes.ts'
import { poe } from './known/poe.ts'
import { pollinations } from './known/pollinations.ts'
import { poolside } from './known/poolside.ts'
import { publicai } from './known/publicai.ts'
import { qiniu } from './known/qiniu.ts'
import { regolo } from './known/regolo.ts'
import { requesty } from './known/requesty.ts'
import { sagemaker } from './known/sagemaker.ts'
import { sakana } from './known/sakana.ts'
import { salad } from './known/salad.ts'
import { sambanova } from './known/sambanova.ts'
import { sarvam } from './known/sarvam.ts'
import { scaleway } from './known/scaleway.ts'
import { scxAi } from './known/scx-ai.ts'
import { sglang } from './known/sglang.ts'
import { siliconflow } from './known/siliconflow.ts'
import { siliconflowCn } from './known/siliconflow-cn.ts'
import { snowflake } from './known/snowflake.ts'
import { stackit } from './known/stackit.ts'
import { stepfun } from './known/stepfun.ts'
import { submodel } from './known/submodel.ts'
import { synthetic } from './known/synthetic.ts'
import { tei } from './known/tei.ts'
import { tencent } from './known/tencent.ts'
import { tensormesh } from './known/tensormesh.ts'
import { textGenerationWebui } from './known/text-generation-webui.ts'
import { tgi } from './known/tgi.ts'
import { tinfoil } from './known/tinfoil.ts'
import { together } from './known/together.ts'
import { triton } from './known/triton.ts'
import { upstage } from './known/upstage.ts'
import { v0 } from './known/v0.ts'
import { venice } from './known/venice.ts'
import { vercel } from './known/vercel.ts'
import { vertex } from './known/vertex.ts'
import { vllm } from './known/vllm.ts'
import { volcengine } from './known/volcengine.ts'
import { voyage } from './known/voyage.ts'
import { vultr } from './known/vultr.ts'
import { wandb } from './known/wandb.ts'
import { watsonx } from './known/watsonx.ts'
import { xai } from './known/xai.ts'
import { xiaomi } from './known/xiaomi.ts'
import { xinference } from './known/xinference.ts'
import { zai } from './known/zai.ts'
import { zenmux } from './known/zenmux.ts'
import { zhipuai } from './known/zhipuai.ts'
import type { KnownProvider } from './provider.ts'

/** Every provider the world knows, in the order of their ids. A new one needs its file in `known/` and a line here. */
export const knownProviders: readonly KnownProvider[] = [
  abacus,
  abliteration,
  ai21,
  aihubmix,
  aimlapi,
  alibaba,
  alibabaCodingPlan,
  amazonNova,
  ambient,
  anthropic,
  apertis,
  assemblyai,
  avian,
  azure,
  azureAi,
  baseten,
  bedrock,
  bedrockMantle,
  berget,
  byteplus,
  bytez,
  cerebras,
  charityEngine,
  chatgpt,
  chutes,
  clarifai,
  cloudferro,
  cloudflare,
  codestral,
  cognition,
  cohere,
  cometapi,
  compactifai,
  cortecs,
  crof,
  crusoe,
  darkbloom,
  databricks,
  datarobot,
  deepinfra,
  deepseek,
  digitalocean,
  dockerModelRunner,
  doubleword,
  edenai,
  empiriolabs,
  empower,
  evroc,
  fastrouter,
  featherless,
  fireworks,
  friendli,
  galadriel,
  gemini,
  githubCopilot,
  githubModels,
  gmi,
  gpustack,
  groq,
  helicone,
  heroku,
  hpcAi,
  huggingface,
  hyperbolic,
  iflow,
  inception,
  inceptron,
  inferenceNet,
  infinity,
  ioNet,
  jiekou,
  jina,
  kilo,
  kimiCoding,
  lambda,
  lemonade,
  libertai,
  lilac,
  llamaApi,
  llamaCpp,
  llamagate,
  llmgateway,
  lmStudio,
  localai,
  manus,
  maritalk,
  meta,
  minimax,
  mistral,
  mixlayer,
  moark,
  modelscope,
  moonshot,
  morph,
  nanoGpt,
  nearai,
  nebius,
  neosantara,
  neuralwatt,
  novita,
  nscale,
  nvidia,
  oci,
  ollama,
  ollamaCloud,
  ollamaNative,
  openai,
  opencode,
  openrouter,
  orcarouter,
  ovhcloud,
  parasail,
  perplexity,
  pinstripes,
  poe,
  pollinations,
  poolside,
  publicai,
  qiniu,
  regolo,
  requesty,
  sagemaker,
  sakana,
  salad,
  sambanova,
  sarvam,
  scaleway,
  scxAi,
  sglang,
  siliconflow,
  siliconflowCn,
  snowflake,
  stackit,
  stepfun,
  submodel,
  synthetic,
  tei,
  tencent,
  tensormesh,
  textGenerationWebui,
  tgi,
  tinfoil,
  together,
  triton,
  upstage,
  v0,
  venice,
  vercel,
  vertex,
  vllm,
  volcengine,
  voyage,
  vultr,
  wandb,
  watsonx,
  xai,
  xiaomi,
  xinference,
  zai,
  zenmux,
  zhipuai,
]

const byName: ReadonlyMap<string, KnownProvider> = new Map(
  knownProviders.flatMap((provider) => [provider.id, ...(provider.aliases ?? [])].map((name) => [name, provider])),
)

/** The provider with this id, or with this name elsewhere; undefined when the world does not know it. */
export function findProvider(id: string): KnownProvider | undefined {
  return byName.get(id)
}
