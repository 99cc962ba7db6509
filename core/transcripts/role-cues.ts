/**
 * What people on the two sides of a service call say, in six languages. Written without accents, as `plain` makes text; a word list of our own,
 * short on purpose: each phrase is one that the other side hardly ever says.
 */

/** Said by who answers the call, in the first words of a voice. */
const AGENT_OPENINGS = [
  // English
  "thank you for calling", "thanks for calling", "thank you for contacting", "thank you for holding", "thank you for waiting", "how can i help", "how may i help", "how can i assist", "how may i assist", "what can i do for you", "welcome to", "you're through to", "you are through to", "you have reached", "calls? (?:may be|are|is being) recorded", "calling you (?:back )?from", "on behalf of",
  // Spanish
  "gracias por llamar", "gracias por comunicar", "gracias por su llamada", "gracias por esperar", "en que (?:le |te |la |lo )?puedo (?:ayudar|servir)", "como (?:le |te )?puedo ayudar", "bienvenid[oa] a", "le atiende", "le saluda", "le llamo de", "puedo ayudarle",
  // Portuguese
  "obrigad[oa] por ligar", "obrigad[oa] por aguardar", "obrigad[oa] por entrar em contato", "agradec(?:o|emos) (?:o|a|pelo|sua) ", "em que posso", "como posso (?:te |lhe |o |a )?ajudar", "no que posso ajudar", "bem vind[oa]", "falo da", "falo em nome",
  // German
  "danke fur ihren anruf", "danke fur den anruf", "danke furs? warten", "wie kann ich (?:ihnen )?(?:weiter)?helfen", "was kann ich fur sie tun", "willkommen (?:bei|beim)", "womit kann ich", "im auftrag von", "am apparat",
  // French
  "merci d'avoir appele", "merci de votre appel", "merci d'avoir patiente", "comment puis je", "que puis je faire pour vous", "en quoi puis je", "bienvenue (?:chez|au)", "a votre (?:ecoute|service)", "je vous appelle de la part",
  // Italian
  "grazie per aver (?:chiamato|atteso)", "grazie per la chiamata", "grazie per l'attesa", "come posso (?:esserle|aiutar)", "in (?:che )?cosa posso", "benvenut[oa]", "a sua disposizione", "la chiamo da",
];

/** Said by who works through a procedure. */
const AGENT_PROCEDURES = [
  "let me (?:just )?(?:check|look|see|pull|verify|transfer|bring)", "i(?:'ll| will) (?:just )?(?:check|transfer|look into|put you|send you|arrange|escalate|process)", "(?:can|could|may) i (?:just )?(?:have|take|get|ask for) (?:your|the)", "(?:can|could|would) you (?:please )?(?:confirm|verify|spell|give me|tell me|provide) (?:your|me your|the)", "for (?:security|verification)", "verify your", "date of birth", "bear with me", "one moment please", "put you on hold", "place you on hold", "(?:i|we) (?:do )?apologi[sz]e", "sorry to hear", "sorry for the (?:inconvenience|wait|delay)", "anything else i can", "is there anything else", "have a (?:nice|great|good|lovely|wonderful) (?:day|evening|weekend|one)", "transfer you", "in our system", "on our (?:side|end)", "we(?:'ll| will| can| have|'ve) (?:send|sent|refund|refunded|offer|issue|issued|ship|credit|credited|email|arrange|replace)", "what (?:is|was|'s) (?:your|the) (?:\\p{L}+ )?(?:number|address|name|postcode|email)", "i understand (?:your|how)", "reference number is", "ticket number is", "your patience",
  "(?:me|nos) (?:puede|podria|permite|confirma|indica|da|facilita) (?:\\p{L}+ )?(?:su|el|un)", "un momento por favor", "dejeme (?:ver|revisar|comprobar|verificar)", "permitame", "le (?:paso|transfiero|comunico con|envio|enviamos|ofrezco|reembolsamos|confirmo)", "(?:lamento|disculpe|sentimos|lamentamos) (?:las|la|los|mucho|el)", "disculpe (?:la espera|las molestias)", "fecha de nacimiento", "algo mas en (?:lo )?que", "que tenga (?:un )?(?:buen|feliz|excelente)", "en (?:nuestro|el) sistema", "por seguridad", "le agradezco", "voy a (?:revisar|verificar|comprobar|transferir)", "veo (?:aqui )?que",
  "(?:pode|poderia|voce pode|o senhor pode|a senhora pode) (?:me )?(?:informar|confirmar|passar|dizer|fornecer)", "me (?:informa|confirma|passa) (?:o|a|seu|sua)", "um momento(?: por favor|zinho)?", "um instante", "vou (?:verificar|estar|transferir|consultar|encaminhar|abrir|checar|registrar)", "(?:lamento|lamentamos|pedimos desculpas|peco desculpas|sinto muito)", "data de nascimento", "mais alguma coisa", "algo mais em que", "tenha (?:um|uma) (?:bom|boa|otim[oa]|excelente)", "no (?:nosso )?sistema", "por (?:motivos de )?seguranca", "numero do protocolo", "o protocolo e", "aqui consta", "consta aqui", "aguarde",
  "einen (?:kleinen )?moment bitte", "einen augenblick", "ich (?:schaue|sehe|prufe|verbinde|leite|schicke|sende|storniere|veranlasse)", "(?:konnen|konnten|wurden) sie (?:mir )?(?:bitte )?(?:ihre|ihren|kurz|noch|die|das|bitte)", "ihre (?:kundennummer|bestellnummer|vertragsnummer|rechnungsnummer|adresse|postleitzahl)", "geburtsdatum", "(?:das )?tut mir (?:sehr )?leid", "entschuldigen sie (?:bitte )?(?:die|das)", "(?:kann|darf) ich (?:sonst )?noch etwas", "sonst noch etwas", "schonen tag", "schones wochenende", "in unserem system", "aus sicherheitsgrunden", "zum abgleich", "wir (?:schicken|senden|erstatten|konnen ihnen|haben ihnen)",
  "un (?:petit )?instant", "ne quittez pas", "je (?:verifie|regarde|vous transfere|vous passe|vais verifier|vais regarder|vous envoie|vous propose|vous confirme|consulte|procede)", "(?:pouvez|pourriez) vous (?:me )?(?:donner|confirmer|communiquer|indiquer|rappeler|preciser|epeler)", "puis je avoir", "votre (?:numero|nom|adresse|date)", "date de naissance", "(?:je suis |nous sommes )?desolee? (?:pour|de|du)", "veuillez", "autre chose", "bonne (?:journee|soiree|fin de)", "dans notre systeme", "par securite", "nous (?:allons|vous|pouvons)",
  "un (?:attimo|momento|istante)(?: per favore| solo)?", "(?:puo|potrebbe) (?:dirmi|darmi|confermarmi|fornirmi|indicarmi|ripetermi|lasciarmi)", "mi (?:puo|potrebbe|dice|conferma|lascia|fornisce) (?:\\p{L}+ )?(?:il|la|i|l'|suo)", "(?:verifico|controllo) (?:subito|un|la|il)", "vedo (?:che|qui)", "le (?:passo|invio|confermo|propongo|mando|rimborsiamo)", "data di nascita", "mi (?:dispiace|scuso) (?:per|del|molto)", "ci scusiamo", "posso (?:aiutarla|esserle) (?:in )?(?:altro|qualcos)", "qualcos'altro", "buona giornata", "buona serata", "nel (?:nostro )?sistema", "per sicurezza", "la metto in attesa",
];

/** Said by who has a problem. */
const CUSTOMER_NEEDS = [
  "i'?m (?:calling|ringing|phoning) (?:about|because|to|regarding|for|as)", "i(?:'ve| have) (?:got )?an? (?:problem|issue|question|complaint)", "i (?:want|need|would like|'d like) (?:to|my|a|some|you)", "i'd like", "i was (?:charged|told|promised|wondering|billed|expecting)", "(?:i've|i have) been (?:charged|waiting|trying|calling|on hold|billed|a customer)", "you (?:charged|promised|told|people|guys|said|sent|overcharged|keep)", "i (?:ordered|bought|paid|purchased|received|got) (?:a|an|the|my|this|it|for|your)", "my (?:order|bill|invoice|card|internet|phone|package|parcel|subscription|contract|booking|flight|money|router|connection|delivery|refund|password|payment|line|account)", "(?:doesn't|isn't|not|stopped|won't|hasn't) (?:work|working|arrived|turn|connect|come|shown|start)", "still waiting", "speak (?:to|with) (?:a|your|the|somebody|someone)", "(?:a|your) (?:manager|supervisor)", "ridiculous", "unacceptable", "cancel (?:my|the|it)", "refund", "money back", "third time", "twice", "you help me",
  "(?:llamo|llamaba) (?:porque|por|para)", "tengo un(?:a)? (?:problema|duda|consulta|queja|reclamo|pregunta)", "(?:quiero|quisiera|queria|necesito|quisiera) (?:\\p{L}+)", "me (?:han|habian|cobraron|dijeron|prometieron|llego|siguen|cobran|facturaron)", "mi (?:pedido|factura|tarjeta|internet|telefono|paquete|suscripcion|contrato|reserva|vuelo|dinero|cuenta|linea|compra|servicio)", "no (?:funciona|llega|ha llegado|me llego|me funciona|puedo (?:entrar|acceder|pagar)|tengo (?:internet|servicio|linea))", "llevo (?:\\p{L}+ )?(?:\\p{L}+ )?(?:dias|semanas|horas|esperando)", "(?:compre|pedi|pague|contrate|recibi)", "hablar con (?:un|su|el|alguien)", "es (?:una verguenza|inaceptable|un robo)", "devol(?:ucion|uc|vieran|ver)", "cancelar", "nadie me",
  "(?:estou|to|tou) (?:ligando|esperando|com (?:um )?problema|sem (?:internet|sinal|luz))", "eu (?:queria|quero|preciso|gostaria|comprei|paguei|pedi|recebi|liguei)", "(?:queria|gostaria de) (?:\\p{L}+)", "(?:minha|meu) (?:fatura|conta|pedido|cartao|internet|telefone|pacote|assinatura|contrato|reserva|voo|dinheiro|encomenda|linha|compra|celular|plano|boleto)", "nao (?:funciona|chegou|esta funcionando|consigo|recebi|veio)", "me (?:cobraram|disseram|prometeram|ligaram)", "(?:fui|foi) cobrad[oa]", "ninguem (?:me|resolve)", "falar com (?:um|o|a|seu|alguem|supervisor)", "(?:um )?absurdo", "cancelar (?:o|a|meu|minha)", "reembolso", "meu dinheiro", "ja liguei", "faz (?:\\p{L}+ )?(?:dias|semanas)",
  "ich rufe (?:an|wegen|sie an)", "(?:und )?zwar", "ich (?:habe|hatte|hatt|hab) (?:ein|eine|da|mal|folgendes|gestern|vor|schon|immer|das|bei|ihnen|mir|noch)", "ich (?:mochte|wollte|will|brauche|warte|bekomme|kann mich|bin (?:seit|schon|jetzt))", "mein(?:e|en|em|er)? (?:bestellung|rechnung|karte|internet|telefon|paket|vertrag|buchung|flug|geld|konto|anschluss|lieferung|router|leitung|kundennummer)", "(?:funktioniert|geht|klappt|lauft) (?:\\p{L}+ )?nicht", "(?:noch )?nicht (?:da|angekommen|gekommen|erhalten)", "seit (?:\\p{L}+ )?(?:tagen|wochen|stunden|gestern)", "unverschamt", "unmoglich", "geld zuruck", "kundigen", "vorgesetzten", "abgebucht", "schon wieder",
  "j'appelle (?:parce|pour|au sujet|car)", "je vous appelle (?:parce|pour|au sujet|car)", "j'ai (?:un|une|recu|commande|achete|paye|deja|ete|toujours|attendu)", "je (?:voudrais|veux|souhaite|souhaiterais|n'ai|ne peux|n'arrive|suis client)", "(?:mon|ma|mes) (?:commande|facture|carte|internet|telephone|colis|abonnement|contrat|reservation|vol|argent|compte|ligne|box|livraison|connexion)", "(?:ne )?(?:marche|fonctionne|arrive) (?:pas|plus)", "toujours (?:pas|rien|attendu)", "depuis (?:\\p{L}+ )?(?:jours|semaines|heures|hier)", "on m'a (?:dit|promis|facture|preleve)", "vous m'avez", "parler a (?:un|votre|quelqu)", "inadmissible", "scandaleux", "rembours(?:e|er|ement|ez)", "resilier", "personne ne",
  "(?:chiamo|la chiamo|telefono) (?:perche|per )", "ho (?:un|una|ordinato|comprato|pagato|ricevuto|gia|chiamato|bisogno)", "(?:vorrei|volevo|voglio) (?:\\p{L}+)", "(?:il mio|la mia|i miei) (?:ordine|bolletta|fattura|carta|internet|telefono|pacco|abbonamento|contratto|prenotazione|volo|soldi|conto|linea|connessione|router)", "non (?:funziona|e (?:ancora )?arrivat[oa]|va|riesco|ho (?:ancora )?ricevuto|arriva)", "mi (?:avete|hanno) (?:\\p{L}+)", "sto aspettando", "da (?:\\p{L}+ )?(?:giorni|settimane|ore|ieri)", "parlare con (?:un|il|qualcuno)", "vergogna", "inaccettabile", "rimborso", "disdire", "annullare", "nessuno (?:mi|risponde)",
];

/** The other's things and one's own: agents speak of yours, customers of theirs. */
const YOURS = ["your", "yours", "su", "sus", "seu", "sua", "seus", "suas", "ihre", "ihren", "ihrem", "ihrer", "ihr", "votre", "vos", "suo", "suoi"];
const MINE = ["my", "mine", "mi", "mis", "meu", "minha", "meus", "minhas", "mein", "meine", "meinen", "meinem", "meiner", "mon", "ma", "mes", "mio", "mia", "miei"];

export const ROLE_CUES = {
  agentOpenings: anyOf(AGENT_OPENINGS),
  agentProcedures: anyOf(AGENT_PROCEDURES),
  customerNeeds: anyOf(CUSTOMER_NEEDS),
  yours: anyOf(YOURS),
  mine: anyOf(MINE),
} as const;

/** Lower case, no accents, no punctuation but apostrophes: what the cues are written in. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll(/[’´`]/gu, "'")
    .replaceAll(/[^\p{L}\p{N}']+/gu, " ")
    .trim();
}

function anyOf(phrases: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}'])(?:${phrases.join("|")})(?![\\p{L}\\p{N}])`, "gu");
}
