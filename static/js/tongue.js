// The language of a client's words, told by their signs, as the server tells it (`services.foundation.formats.language_of`).
const page = document.documentElement.lang;
const SCRIPTS = [["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/u], ["ko", /\p{Script=Hangul}/u], ["zh", /\p{Script=Han}/u]];

export function languageOf(words) {
  const [language] = SCRIPTS.find(([, script]) => script.test(words)) ?? [page];
  return page.startsWith(language) ? page : language;
}
