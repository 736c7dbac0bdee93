/** Which provider of ours a LangChain model node means, by the last part of its type. */
const PROVIDERS: Readonly<Record<string, string>> = {
  lmChatOpenAi: 'openai',
  lmOpenAi: 'openai',
  openAi: 'openai',
  lmChatAzureOpenAi: 'azure-openai',
  lmChatAnthropic: 'anthropic',
  anthropic: 'anthropic',
  lmChatGoogleGemini: 'google',
  lmChatGoogleVertex: 'google-vertex',
  googleGemini: 'google',
  lmChatOllama: 'ollama',
  lmOllama: 'ollama',
  ollama: 'ollama',
  lmChatOpenRouter: 'openrouter',
  lmChatGroq: 'groq',
  lmChatMistralCloud: 'mistral',
  lmChatDeepSeek: 'deepseek',
  lmChatXAiGrok: 'xai',
  lmChatAwsBedrock: 'bedrock',
  lmChatCohere: 'cohere',
  lmChatVercelAiGateway: 'vercel',
  lmOpenHuggingFaceInference: 'huggingface',
}

/** The id that a persona's chain names; undefined: nobody knows. */
export const providerOf = (type: string): string | undefined => PROVIDERS[type.slice(type.lastIndexOf('.') + 1)]
