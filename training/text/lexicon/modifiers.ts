/** Words that change the valence of others. */
export interface Modifiers {
  negators: ReadonlySet<string>;
  intensifiers: ReadonlySet<string>;
  dampeners: ReadonlySet<string>;
  /** What follows outweighs what came before. */
  contrasts: ReadonlySet<string>;
}

function modifiers(negators: string, intensifiers: string, dampeners: string, contrasts: string): Modifiers {
  const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
  return { negators: words(negators), intensifiers: words(intensifiers), dampeners: words(dampeners), contrasts: words(contrasts) };
}

export const MODIFIERS: Record<string, Modifiers> = {
  en: modifiers(
    "not no never neither nor without cannot can't cant don't dont doesn't doesnt didn't didnt isn't isnt aren't arent wasn't wasnt weren't werent won't wont wouldn't wouldnt couldn't couldnt shouldn't shouldnt ain't aint hasn't hasnt haven't havent hadn't hadnt hardly barely",
    "very really so extremely absolutely totally completely incredibly super too most such truly utterly seriously damn",
    "slightly somewhat fairly rather kinda bit little partly almost",
    "but however although though yet",
  ),
  pt: modifiers(
    "não nao nunca jamais nem sem nenhum nenhuma tampouco n ñ",
    "muito muita muitos muitas tão tao super demais bem mega extremamente totalmente completamente realmente mais pra",
    "pouco meio quase levemente menos",
    "mas porém porem entretanto contudo embora",
  ),
  es: modifiers(
    "no nunca jamás jamas ni sin ningún ninguna ninguno tampoco nada",
    "muy mucho mucha muchos muchas tan súper super demasiado extremadamente totalmente completamente realmente más mas re",
    "poco algo casi levemente menos medio",
    "pero sino aunque",
  ),
  fr: modifiers(
    "pas ne non jamais sans aucun aucune ni rien plus",
    "très tres trop vraiment tellement super si extrêmement totalement complètement absolument",
    "peu assez légèrement presque moins",
    "mais cependant pourtant",
  ),
  de: modifiers(
    "nicht kein keine keinen keinem keiner keines nie niemals ohne nichts weder",
    "sehr so wirklich total extrem absolut super voll richtig völlig echt zu",
    "etwas wenig kaum fast ziemlich leicht bisschen",
    "aber jedoch sondern doch",
  ),
  it: modifiers(
    "non mai né senza nessun nessuna nessuno niente nemmeno neanche",
    "molto molta tanto tanta così troppo davvero super estremamente totalmente completamente più",
    "poco quasi leggermente meno abbastanza",
    "ma però tuttavia",
  ),
};

/** Emoji and emoticons mean the same in every language. Valence -5 to 5. */
export const EMOJI_VALENCE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    3: "😍 🥰 😘 ❤ 💖 💕 💗 💯 🎉 🤩 🏆 😻 ♥ 💙 💚 💛 💜 🧡",
    2: "😀 😃 😄 😁 😆 😊 🙂 😂 🤣 👍 👏 🙌 😎 🙏 ✨ 🔥 💪 👌 🤗 😋 ⭐ 🌟 ✅ 🥳 :) :-) :D :-D ;) ;-) <3 :)) =) xD XD",
    "-1": "😕 🙁 😐 😒 🙄 😬 🤨 ⚠ :/ :-/ 😅",
    "-2": "😞 😔 😟 😢 😩 😫 😖 😣 👎 ☹ 💔 😰 😨 😓 🤦 ❌ :( :-( :(( =( :'(",
    "-3": "😠 😡 🤬 😭 🤮 🤢 💩 😤 🖕 👿 😱",
  }).flatMap(([valence, symbols]) => symbols.split(" ").map((symbol) => [symbol, Number(valence)] as const)),
);
