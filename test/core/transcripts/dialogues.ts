/** Beginnings of service calls, made up for this test. A: the agent's side, C: the customer's; a second voice of a side has a number. */
export interface Dialogue {
  language: string;
  what: string;
  lines: readonly string[];
}

const dialogue = (language: string, what: string, ...lines: string[]): Dialogue => ({ language, what, lines });

export const DIALOGUES: readonly Dialogue[] = [
  dialogue("en", "a bill", "A: Thank you for calling Northwind Energy, this is Priya, how can I help?", "C: Hi, yes, I got this bill and it's twice what it was last month.", "A: Let me pull that up. Could I have your account number?", "C: It's four four one nine."),
  dialogue("en", "no formula", "A: Good morning, Dan speaking.", "C: Morning. My internet has been down since Tuesday.", "A: Okay, have you tried restarting the router?", "C: Three times. Nothing."),
  dialogue("en", "the customer first", "C: Hello? Is anybody there?", "A: Yes, good afternoon, you're through to Claims.", "C: Oh good. Somebody hit my car in the parking lot.", "A: I'm sorry to hear that. Was anyone hurt?"),
  dialogue("en", "outbound", "C: Hello?", "A: Hello, am I speaking with Mister Grant? I'm calling you from Brightbank about a payment.", "C: Yes, what about it?", "A: For security, could you confirm your date of birth?"),
  dialogue("en", "outbound, little said", "C: Yes?", "A: Hi, it's Tom from the delivery company, I have a parcel for you, are you at home?", "C: No, leave it with the neighbour.", "A: Will do."),
  dialogue("en", "praise", "A: Welcome to Blue Garden, how may I assist?", "C: I just wanted to say the flowers were lovely, my mother cried.", "A: That's so kind, thank you for letting us know!", "C: You're welcome."),
  dialogue("en", "without punctuation", "A: hi there thanks for calling what's your name", "C: it's walter i ordered a drill and it has not come", "A: okay walter let me check on that for you", "C: sure"),
  dialogue("en", "a polite customer who asks", "A: Reservations, good evening.", "C: Good evening, could you tell me whether my booking for Friday includes breakfast?", "A: Certainly. What is the booking name?", "C: Okafor."),
  dialogue("en", "an angry customer", "C: I want to speak to a manager right now.", "A: I understand your frustration, ma'am, what seems to be the matter?", "C: You charged me twice and nobody calls me back!", "A: I apologize for that."),
  dialogue("en", "a supervisor takes over", "A: Thanks for holding. I'll transfer you to my supervisor.", "C: Finally.", "A2: Hello, this is Marta, the supervisor. I can see here what happened, and I do apologise.", "C: I want my money back."),
  dialogue("en", "small talk", "A: Hey, how's the weather over there?", "C: Raining as always.", "A: Ha, same here. So what can I do for you today?", "C: I need a new card, mine is broken."),
  dialogue("en", "technical help", "A: Click on the gear and tell me what you see.", "C: It says update failed.", "A: Alright. Now hold the power button for ten seconds.", "C: Okay, it's off."),
  dialogue("en", "two who hardly speak", "A: Yes?", "C: It's me again.", "A: Okay.", "C: Still nothing."),
  dialogue("en", "cancelling", "A: Streamly support, my name is Lee.", "C: Hi Lee, please cancel my plan.", "A: May I ask why you're leaving us?", "C: It's too expensive."),
  dialogue("en", "a doctor's office", "A: Doctor Webb's office.", "C: I'd like to make an appointment for my son.", "A: Has he been here before?", "C: No, we just moved."),
  dialogue("es", "una factura", "A: Buenos días, gracias por llamar a Telenorte, le atiende Carmen. ¿En qué puedo ayudarle?", "C: Mire, me llegó una factura de ciento veinte euros.", "A: Permítame revisar. ¿Me puede dar su número de cliente?", "C: Sí, un momento, lo busco."),
  dialogue("es", "un paquete", "A: Hola, buenas tardes.", "C: Buenas, llevo dos semanas esperando mi pedido.", "A: Lamento mucho la demora. ¿Cuál es el número?", "C: El siete tres dos."),
  dialogue("es", "el cliente primero", "C: ¿Aló? ¿Me oye?", "A: Sí señora, le escucho. ¿Con quién tengo el gusto?", "C: Soy Rosa. No tengo agua desde ayer.", "A: Entiendo, voy a verificar en el sistema."),
  dialogue("es", "saliente", "C: ¿Diga?", "A: Buenas tardes, le llamo de Seguros Faro, ¿hablo con el señor Ortiz?", "C: Sí, soy yo.", "A: Le ofrecemos una renovación con descuento."),
  dialogue("es", "contento", "A: ¿Cómo puedo ayudarte?", "C: Quería felicitarles, el técnico fue muy amable.", "A: ¡Qué bien! Se lo diré.", "C: Gracias a ustedes."),
  dialogue("es", "enfadado", "C: Es la tercera vez que llamo y nadie me resuelve nada.", "A: Disculpe las molestias, señor. Déjeme ver qué pasó.", "C: Quiero hablar con un supervisor.", "A: Le comunico enseguida."),
  dialogue("es", "poco dicho", "A: Dígame.", "C: Lo mismo de ayer.", "A: Ya veo.", "C: ¿Y entonces?"),
  dialogue("pt", "uma fatura", "A: Bom dia, obrigada por ligar para a Vitalnet, meu nome é Júlia, em que posso ajudar?", "C: Oi Júlia, minha fatura veio errada este mês.", "A: Entendi. O senhor pode me confirmar o CPF?", "C: Posso, sim."),
  dialogue("pt", "entrega", "A: Central de entregas, boa tarde.", "C: Boa tarde, meu pacote não chegou até hoje.", "A: Vou verificar aqui no sistema, só um momento.", "C: Tá bom."),
  dialogue("pt", "o cliente primeiro", "C: Alô?", "A: Alô, boa noite, quem fala?", "C: É o Paulo. A luz caiu de novo aqui na rua.", "A: Certo, senhor Paulo, qual é o endereço?"),
  dialogue("pt", "elogio", "A: Como posso te ajudar?", "C: Queria elogiar o rapaz que instalou a internet, muito atencioso.", "A: Que ótimo, vou registrar o elogio!", "C: Obrigado."),
  dialogue("pt", "irritado", "C: Já liguei cinco vezes e ninguém resolve.", "A: Peço desculpas pelo transtorno. Qual o número do protocolo?", "C: Que protocolo? Eu quero cancelar!", "A: Vou encaminhar para o setor responsável."),
  dialogue("pt", "cobrança", "C: Pronto.", "A: Boa tarde, falo em nome do Banco Azul, gostaria de falar com a dona Célia.", "C: Sou eu.", "A: Consta aqui um boleto em aberto."),
  dialogue("pt", "sem pontuação", "A: oi tudo bem com quem eu falo", "C: é a marta meu celular parou de funcionar", "A: certo marta você já tentou reiniciar", "C: já sim"),
  dialogue("de", "eine Rechnung", "A: Guten Tag, Stadtwerke Auental, mein Name ist Becker, wie kann ich Ihnen helfen?", "C: Ja, guten Tag, ich habe eine Frage zu meiner Rechnung.", "A: Gerne. Wie lautet Ihre Kundennummer?", "C: Moment, die steht hier oben."),
  dialogue("de", "ein Paket", "A: Versandservice, hallo.", "C: Hallo, mein Paket ist immer noch nicht da.", "A: Das tut mir leid. Ich schaue mal nach.", "C: Danke."),
  dialogue("de", "der Kunde zuerst", "C: Ja hallo, hören Sie mich?", "A: Ja, ich höre Sie gut. Worum geht es denn?", "C: Mein Anschluss geht seit gestern nicht.", "A: Verstehe. Leuchtet die Lampe am Gerät?"),
  dialogue("de", "zufrieden", "A: Hotel Seeblick, was kann ich für Sie tun?", "C: Wir wollten uns nur bedanken, es war wunderbar bei Ihnen.", "A: Ach, das freut uns sehr!", "C: Bis nächstes Jahr."),
  dialogue("de", "wütend", "C: Das ist jetzt das dritte Mal, dass abgebucht wurde!", "A: Entschuldigen Sie bitte die Unannehmlichkeiten.", "C: Ich will mein Geld zurück, sofort.", "A: Wir erstatten Ihnen den Betrag bis Freitag."),
  dialogue("de", "ausgehend", "C: Müller?", "A: Guten Abend, Herr Müller, ich rufe im Auftrag der Nordkasse an.", "C: Ich kaufe nichts.", "A: Darf ich Ihnen kurz etwas erklären?"),
  dialogue("fr", "une facture", "A: Bonjour, bienvenue chez Altéo, Sophie à votre écoute, que puis-je faire pour vous ?", "C: Bonjour, j'ai reçu une facture deux fois plus élevée.", "A: Je vérifie tout de suite. Pouvez-vous me donner votre numéro de client ?", "C: Oui, le voici."),
  dialogue("fr", "un colis", "A: Service livraison, bonjour.", "C: Mon colis devait arriver lundi et toujours rien.", "A: Je regarde ça, un instant.", "C: Merci."),
  dialogue("fr", "le client d'abord", "C: Allô ?", "A: Oui bonjour, vous êtes bien au service technique.", "C: Ma box ne marche plus depuis hier.", "A: D'accord, elle clignote de quelle couleur ?"),
  dialogue("fr", "en colère", "C: C'est inadmissible, on m'a prélevé deux fois !", "A: Je suis désolée pour ce désagrément, monsieur.", "C: Je veux parler à un responsable.", "A: Ne quittez pas, je vous transfère."),
  dialogue("fr", "content", "A: Librairie du Port, je vous écoute.", "C: Je voulais juste vous remercier, le livre est arrivé en parfait état.", "A: Oh, avec plaisir !", "C: Bonne continuation."),
  dialogue("fr", "sortant", "C: Oui ?", "A: Bonjour madame, je vous appelle de la part de la mutuelle Horizon.", "C: Je n'ai pas le temps.", "A: Puis-je vous rappeler demain ?"),
  dialogue("it", "una bolletta", "A: Buongiorno, grazie per aver chiamato Lucenova, sono Marco, come posso aiutarla?", "C: Buongiorno, la mia bolletta è altissima.", "A: Verifico subito. Mi può dare il codice cliente?", "C: Certo, un secondo."),
  dialogue("it", "un pacco", "A: Assistenza spedizioni, buonasera.", "C: Senta, aspetto un pacco da tre settimane.", "A: Mi dispiace molto. Mi dice il numero dell'ordine?", "C: Nove zero due."),
  dialogue("it", "prima il cliente", "C: Pronto, mi sente?", "A: Sì, la sento, mi dica.", "C: Il mio telefono non funziona più.", "A: Capisco. Ha provato a spegnerlo?"),
  dialogue("it", "arrabbiato", "C: È una vergogna, nessuno risponde mai!", "A: Ci scusiamo per il disagio, signora.", "C: Voglio il rimborso.", "A: La metto in attesa un momento."),
  dialogue("it", "contento", "A: Agenzia Ponte, in cosa posso esserle utile?", "C: Volevo ringraziarvi, il viaggio è stato bellissimo.", "A: Ma che piacere sentirlo!", "C: A presto allora."),
];

/** Where the rule's cues mislead: customers who talk like agents, agents who talk like customers, and nobody who is either. */
export const HARD_DIALOGUES: readonly Dialogue[] = [
  dialogue("en", "a missed call", "C: Hello, I missed a call from this number. Who am I speaking with?", "A: This is Fairway Clinic, I was calling about my note from Monday, your results are in.", "C: Oh, what do they say?", "A: I'd like to go through them with you here."),
  dialogue("en", "a customer who takes notes", "C: Before we start, can I have your name and your employee number please?", "A: I'm Pat.", "C: And could you confirm the reference number?", "A: Sure, it's eight one."),
  dialogue("en", "an agent who needs things", "A: I need the card, I want to see my screen first, my system is slow.", "C: Take your time.", "A: I'd like the last four digits.", "C: Nine nine one two."),
  dialogue("en", "two colleagues", "A: Hi, it's Jo from billing, I have a customer on the line.", "A2: Hi Jo, thanks for holding, what is the account number?", "A: It's two two seven.", "A2: One moment please."),
  dialogue("en", "a customer who does it for a living", "C: Good morning, thank you for calling me back so quickly.", "A: No problem at all. So, the parcel.", "C: Let me check my notes. Yes, it says Thursday.", "A: It got stuck in Leeds."),
  dialogue("es", "un cliente que pregunta", "C: Buenos días, ¿me puede dar su nombre, por favor?", "A: Soy Luis.", "C: Gracias, Luis. ¿Me confirma el horario de la tienda?", "A: De nueve a seis."),
  dialogue("pt", "um cliente que confere", "C: Um momento, vou verificar o meu contrato aqui.", "A: Sem pressa.", "C: Aqui consta que era de graça.", "A: Era só no primeiro ano."),
  dialogue("de", "eine Kundin, die hilft", "C: Einen Moment bitte, ich schaue nach der Nummer.", "A: Kein Problem.", "C: Ich habe sie: sieben acht.", "A: Danke, die stimmt."),
  dialogue("fr", "une cliente pressée", "C: Pouvez-vous me confirmer votre adresse, par sécurité ?", "A: Douze rue des Lilas.", "C: Parfait, je passe demain.", "A: On ferme à midi."),
  dialogue("it", "un cliente gentile", "C: Buongiorno, mi può dire il suo nome?", "A: Anna.", "C: Grazie Anna, buona giornata anche a lei. Un attimo, controllo il contratto.", "A: Faccia pure."),
];
