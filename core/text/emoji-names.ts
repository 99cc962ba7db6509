/** The columns of the table below, in order. */
export const EMOJI_LANGUAGES = ["en", "pt", "es", "fr", "de", "it"] as const;

/*
 * Emoji that carry affect, and a few words for what people say with them, which is not always what they depict. Our own words, not
 * Unicode's: several emoji share a name where they share a feeling. Without variation selectors, skin tones and gender signs.
 */
const TABLE = `
😀😃😄😁🙂☺😊😺😸 | happy smile | sorriso feliz | sonrisa feliz | sourire heureux | fröhliches Lächeln | sorriso felice
😆😂🤣😹 | laughing out loud | rindo muito | muerto de risa | mort de rire | lacht Tränen | ride a crepapelle
😅 | relieved laugh | riso aliviado | risa nerviosa | rire gêné | verlegenes Lachen | risata nervosa
🥲 | smiling through tears | sorrindo entre lágrimas | sonrisa con lágrima | sourire les larmes aux yeux | lächelt unter Tränen | sorride tra le lacrime
😉 | wink | piscadela | guiño | clin d'œil | Zwinkern | occhiolino
😇👼 | innocent angel | anjinho inocente | angelito inocente | petit ange innocent | unschuldiger Engel | angioletto innocente
🥰😍😻🤩 | in love | apaixonado | encantado | sous le charme | verliebt | innamorato
😘😗😙😚😽💋💏 | kiss | beijo | beso | bisou | Kuss | bacio
🤗🫂 | hug | abraço | abrazo | câlin | Umarmung | abbraccio
😋🤤 | delicious | delicioso | delicioso | délicieux | lecker | delizioso
😛😜😝🤪 | playful joke | brincadeira | broma divertida | blague amusante | Spaß | scherzo
😎🆒 | cool | maneiro | genial | cool | cool | forte
🤓🧐 | curious | curioso | curioso | curieux | neugierig | curioso
🥳🎉🎊🎈🪅 | celebration | comemoração | celebración | fête | Feier | festa
🎂🍰🧁 | birthday cake | bolo de aniversário | pastel de cumpleaños | gâteau d'anniversaire | Geburtstagskuchen | torta di compleanno
🎁 | gift | presente | regalo | cadeau | Geschenk | regalo
🍾🥂🍻🍺 | cheers | saúde, brinde | salud, brindis | santé, on trinque | Prost | brindisi
😌☮🧘 | relieved and calm | aliviado e calmo | aliviado y en calma | soulagé et calme | erleichtert und ruhig | sollevato e calmo
🙏 | thank you please | obrigado por favor | gracias por favor | merci s'il vous plaît | danke bitte | grazie per favore
👍 | good, thumbs up | bom, joinha | bien, pulgar arriba | bien, pouce levé | gut, Daumen hoch | bene, pollice su
👎 | bad, thumbs down | ruim, polegar para baixo | mal, pulgar abajo | mauvais, pouce baissé | schlecht, Daumen runter | male, pollice giù
👏🙌 | applause | aplausos | aplausos | applaudissements | Applaus | applausi
👌🆗 | perfect, okay | perfeito, certo | perfecto, de acuerdo | parfait, d'accord | perfekt, okay | perfetto, va bene
🤝 | handshake, deal | acordo fechado | trato hecho | marché conclu | abgemacht | accordo fatto
💪🦾 | strength | força | fuerza | force | Stärke | forza
✌ | peace, victory | paz, vitória | paz, victoria | paix, victoire | Frieden, Sieg | pace, vittoria
🤞🍀 | good luck | boa sorte | buena suerte | bonne chance | viel Glück | buona fortuna
🤘🤙 | awesome | demais | increíble | génial | super | fantastico
👊🤜🤛 | fist bump | soquinho | choque de puños | poing contre poing | Faustgruß | pugno amichevole
👋 | hello or bye | olá ou tchau | hola o adiós | bonjour ou au revoir | hallo oder tschüss | ciao
🖕 | rude insult | gesto obsceno | gesto obsceno | doigt d'honneur | Stinkefinger | dito medio
❤♥🧡💛💚💙🩵💜🤎🖤🤍🩶🩷💖💗💓💞💕💟❣💝💘🫶💌 | love | amor | amor | amour | Liebe | amore
💑👩‍❤‍👨👩‍❤‍👩👨‍❤‍👨 | couple in love | casal apaixonado | pareja enamorada | couple amoureux | verliebtes Paar | coppia innamorata
👩‍❤‍💋‍👨👩‍❤‍💋‍👩👨‍❤‍💋‍👨 | couple kissing | casal se beijando | pareja besándose | couple qui s'embrasse | küssendes Paar | coppia che si bacia
💔 | broken heart | coração partido | corazón roto | cœur brisé | gebrochenes Herz | cuore spezzato
❤‍🩹 | healing heart | coração se curando | corazón sanando | cœur qui guérit | heilendes Herz | cuore che guarisce
❤‍🔥 | burning love | amor ardente | amor ardiente | amour brûlant | brennende Liebe | amore ardente
🔥 | great, on fire | arrasou, pegando fogo | genial, que arde | génial, du feu | großartig, heiß | grande, che fuoco
💯 | hundred percent | cem por cento | cien por cien | cent pour cent | hundert Prozent | cento per cento
⭐🌟✨💫🌠 | star, excellent | estrela, excelente | estrella, excelente | étoile, excellent | Stern, ausgezeichnet | stella, eccellente
🏆🥇🏅🎖 | winner | campeão | ganador | gagnant | Gewinner | vincitore
🥈🥉 | runner-up | vice-campeão | subcampeón | deuxième place | zweiter Platz | secondo posto
👑💎 | the best | o melhor | el mejor | le meilleur | der Beste | il migliore
🎯 | spot on | na mosca | justo en el blanco | en plein dans le mille | Volltreffer | centro perfetto
🚀📈 | going up fast | subindo rápido | subiendo rápido | monte en flèche | geht steil nach oben | sale veloce
📉 | going down | caindo | en caída | en baisse | geht bergab | in calo
✅✔☑ | done, correct | feito, certo | hecho, correcto | fait, correct | erledigt, richtig | fatto, giusto
❌❎✖ | wrong, no | errado, não | mal, no | faux, non | falsch, nein | sbagliato, no
🚫⛔🛑🙅 | stop, not allowed | pare, proibido | alto, prohibido | stop, interdit | stopp, verboten | stop, vietato
⚠🚨 | warning | alerta | advertencia | alerte | Warnung | attenzione
🆘 | help | socorro | auxilio | au secours | Hilfe | aiuto
❗‼❕ | attention! | atenção! | ¡atención! | attention ! | Achtung! | attenzione!
❓❔⁉ | question? | pergunta? | ¿pregunta? | question ? | Frage? | domanda?
😏😼 | smug smirk | sorriso malicioso | sonrisa pícara | sourire narquois | selbstgefälliges Grinsen | sorrisetto furbo
🙃 | ironic smile | sorriso irônico | sonrisa irónica | sourire ironique | ironisches Lächeln | sorriso ironico
🤭 | giggle | risadinha | risita | petit rire | Kichern | risatina
🤫🤐🙊 | keeping quiet | em silêncio | en silencio | silence | schweigt | in silenzio
🫡 | yes, at your service | sim, às ordens | sí, a la orden | oui, à vos ordres | jawohl | sissignore
🤔💭 | thinking, doubtful | pensando, em dúvida | pensando, con dudas | réfléchit, dans le doute | überlegt, zweifelt | pensa, dubbioso
🤨😒 | not impressed | desconfiado, insatisfeito | desconfiado, descontento | sceptique, mécontent | skeptisch, unzufrieden | scettico, scontento
😐😑😶🫤 | neutral face | cara neutra | cara neutra | visage neutre | neutrales Gesicht | faccia neutra
🙄 | rolling eyes, annoyed | revirando os olhos, irritado | ojos en blanco, molesto | lève les yeux au ciel, agacé | verdreht die Augen, genervt | alza gli occhi, seccato
😬🫠 | awkward | constrangido | incómodo | gêné | peinlich berührt | imbarazzato
🤥 | lie | mentira | mentira | mensonge | Lüge | bugia
😴🥱😪💤🛌 | sleepy, bored | com sono, entediado | con sueño, aburrido | fatigué, ennuyé | müde, gelangweilt | assonnato, annoiato
😷🤒🤕🤧 | sick | doente | enfermo | malade | krank | malato
🤢🤮 | disgusted, sick | com nojo | con asco | dégoûté | angeekelt | disgustato
💩 | crap | cocô, porcaria | caca, porquería | caca, nul | Kacke, Mist | cacca, schifo
🗑🚮 | garbage | lixo | basura | poubelle | Müll | spazzatura
🥵🥶 | struggling with the weather | sofrendo com o tempo | sufriendo el clima | souffre du temps | leidet unter dem Wetter | soffre il tempo
🥴😵😵‍💫 | dizzy | tonto | mareado | étourdi | schwindlig | stordito
🤯 | mind blown | cabeça explodindo | alucinado | époustouflé | völlig baff | sbalordito
😕😟🙁☹ | disappointed | desapontado | decepcionado | déçu | enttäuscht | deluso
😞😔😓 | sad, let down | triste, decepcionado | triste, decaído | triste, abattu | traurig, niedergeschlagen | triste, abbattuto
🥺 | pleading | implorando | suplicando | suppliant | flehend | supplichevole
😢😿 | sad, crying | triste, chorando | triste, llorando | triste, pleure | traurig, weint | triste, piange
😭 | crying loudly | chorando muito | llorando a mares | pleure à chaudes larmes | heult laut | piange a dirotto
😥💧 | sad tear | lágrima triste | lágrima triste | larme triste | traurige Träne | lacrima triste
😮😯😲😳🫢 | surprised | surpreso | sorprendido | surpris | überrascht | sorpreso
😮‍💨 | tired sigh | suspiro cansado | suspiro cansado | soupir fatigué | müder Seufzer | sospiro stanco
😶‍🌫 | lost in fog | perdido na névoa | perdido en la niebla | dans le brouillard | wie im Nebel | nella nebbia
😦😧😨😰😱🙀 | afraid, shocked | com medo, chocado | asustado, en shock | effrayé, choqué | erschrocken, entsetzt | spaventato, scioccato
😖😣😩😫 | fed up, exhausted | cansado, no limite | harto, agotado | à bout, épuisé | am Ende, erschöpft | stufo, esausto
😤 | fuming | bufando de raiva | bufando de rabia | fulmine | schnaubt vor Wut | sbuffa di rabbia
😠😡😾💢🗯 | angry | com raiva | enojado | en colère | wütend | arrabbiato
🤬 | cursing with rage | xingando de raiva | insultando de rabia | jure de rage | flucht vor Wut | impreca di rabbia
😈👿👹👺 | evil | malvado | malvado | malveillant | böse | cattivo
💀☠⚰🪦 | dead | morto | muerto | mort | tot | morto
👻👽🤖👾 | weird | esquisito | raro | bizarre | seltsam | strano
🤡 | clown, ridiculous | palhaço, ridículo | payaso, ridículo | clown, ridicule | Clown, lächerlich | pagliaccio, ridicolo
🐍🐀 | untrustworthy | traiçoeiro | traicionero | sournois | hinterhältig | infido
🤦 | facepalm, frustrated | mão na testa, frustrado | mano en la cara, frustrado | consterné, frustré | fasst sich an den Kopf, frustriert | mano in faccia, frustrato
🤷 | shrug, no idea | sei lá, dando de ombros | ni idea, encogiéndose de hombros | aucune idée, hausse les épaules | keine Ahnung, Schulterzucken | boh, alza le spalle
🙆 | all good | tudo bem | todo bien | tout va bien | alles gut | tutto bene
🙇 | sorry | desculpa | perdón | désolé | Entschuldigung | scusa
🙎🙍 | upset | chateado | disgustado | contrarié | verärgert | contrariato
🙋 | me, here | eu, aqui | yo, aquí | moi, ici | ich, hier | io, qui
💁 | here to help | às ordens | para ayudar | pour vous aider | hilft gern | pronto ad aiutare
💃🕺 | dancing with joy | dançando de alegria | bailando de alegría | danse de joie | tanzt vor Freude | balla di gioia
🏃💨 | running away fast | saindo correndo | salir corriendo | part en courant | rennt davon | scappa via
🐢🐌🦥 | very slow | muito lento | muy lento | très lent | sehr langsam | molto lento
⏳⌛⏰🕰 | waiting | esperando | esperando | en attente | wartet | in attesa
💸💰🤑💵💶💷 | money | dinheiro | dinero | argent | Geld | denaro
🌞☀🌈 | sunny | ensolarado | soleado | ensoleillé | sonnig | solare
🌧⛈🌩 | stormy | tempestade | tormenta | orageux | stürmisch | tempestoso
🌹🌷🌸🌺🌻🌼💐 | flower | flor | flor | fleur | Blume | fiore
👀 | watching | de olho | mirando | regarde | schaut hin | guarda
🙈🙉 | can't look | não quero ver | no quiero ver | ne veut pas voir | kann nicht hinsehen | non voglio vedere
🙂‍↕ | nodding yes | acenando que sim | asintiendo | hoche la tête | nickt zustimmend | annuisce
🙂‍↔ | shaking head no | balançando que não | negando con la cabeza | secoue la tête | schüttelt den Kopf | scuote la testa
🤌 | come on, really | fala sério | en serio | sérieusement | ach komm | ma dai
💥 | bang | bum | bum | boum | Knall | botto
🔝 | top | top | lo máximo | au top | spitze | al top
🔴🟥 | red, bad | vermelho, ruim | rojo, malo | rouge, mauvais | rot, schlecht | rosso, male
🟢🟩 | green, good | verde, bom | verde, bueno | vert, bon | grün, gut | verde, bene
`;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Emoji → names in the order of EMOJI_LANGUAGES. */
export const EMOJI_NAMES: ReadonlyMap<string, readonly string[]> = readTable();

function readTable(): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const row of TABLE.trim().split("\n")) {
    const [emoji = "", ...inLanguages] = row.split(" | ");
    for (const { segment } of GRAPHEMES.segment(emoji)) names.set(segment, inLanguages);
  }
  return names;
}
