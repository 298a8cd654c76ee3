// The language of a client's words, told by their signs, as the server tells it (`services.foundation.formats.foreign`).
const page = document.documentElement.lang;

export const languageOf = (words) => (/\p{Script=Han}/u.test(words) && !page.startsWith("zh") ? "zh-Hans" : page);
