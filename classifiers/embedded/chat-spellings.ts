/** Spellings of chats, by language: short form → the word it stands for. Made by hand. */
const CHAT_SPELLINGS: Record<string, string> = {
  en: "u=you ur=your r=are thx=thanks thnx=thanks tks=thanks ty=thanks tnx=thanks pls=please plz=please luv=love gr8=great m8=mate b4=before 2day=today 2moro=tomorrow tmrw=tomorrow cuz=because coz=because bc=because b/c=because ppl=people gud=good omfg=omg dont=don't cant=can't wont=won't didnt=didn't doesnt=doesn't isnt=isn't wasnt=wasn't arent=aren't couldnt=couldn't shouldnt=shouldn't wouldnt=wouldn't havent=haven't hasnt=hasn't im=i'm ive=i've wanna=want gonna=going lmao=lol lmfao=lol rofl=lol lolz=lol",
  pt: "vc=você vcs=vocês voce=você ce=você pq=porque tb=também tbm=também tmb=também q=que oq=que n=não nao=não ñ=não naum=não mt=muito mto=muito mta=muita mtos=muitos mtas=muitas hj=hoje vdd=verdade blz=beleza obg=obrigado obgd=obrigado brigado=obrigado brigada=obrigada pfv=favor pf=favor fds=semana msm=mesmo qdo=quando qnd=quando cmg=comigo ctg=contigo sdd=saudade sdds=saudades bjs=beijos bj=beijo qq=qualquer td=tudo tdo=tudo tds=todos mds=omg pqp=merda vlw=valeu flw=falou eh=é",
  es: "q=que k=que ke=que xq=porque pq=porque porq=porque xk=porque tb=también tmb=también tbn=también d=de bn=bien dl=del x=por xfa=favor porfa=favor xfavor=favor tqm=quiero tkm=quiero tq=quiero grax=gracias grcs=gracias salu2=saludos msj=mensaje mñn=mañana finde=semana dnd=donde cn=con ntp=tranquilo sta=está toy=estoy",
  fr: "mdr=lol ptdr=lol xptdr=lol slt=salut bjr=bonjour bcp=beaucoup pk=pourquoi pq=pourquoi tt=tout tjs=toujours tjrs=toujours svp=plaît stp=plaît c=c'est jsuis=suis chui=suis ct=c'était dc=donc ds=dans qd=quand qqn=quelqu'un rdv=rendez-vous vrmt=vraiment jspr=espère pr=pour g=j'ai jtm=t'aime",
  it: "cmq=comunque nn=non xke=perché xchè=perché xché=perché perche=perché x=per k=che ke=che tvb=bene tvtb=bene qnd=quando qst=questo grz=grazie dv=dove sn=sono",
  de: "nich=nicht ned=nicht nit=nicht nix=nichts vllt=vielleicht vlt=vielleicht iwie=irgendwie lg=grüße hdl=lieb hdgdl=lieb danke=danke bidde=bitte mega=mega ka=ahnung gn8=nacht",
};

const SPELLED_OUT = new Map(
  Object.entries(CHAT_SPELLINGS).map(([language, list]) => [
    language,
    new Map(list.split(" ").map((entry) => entry.split("=", 2) as [string, string])),
  ]),
);

/** The word a short form stands for in this language (a primary subtag), or the word itself. */
export function spellOut(word: string, language: string): string {
  return SPELLED_OUT.get(language)?.get(word) ?? word;
}

// Laughter is spelt at any length; one spelling each keeps together what was learnt of it. Words reach this cut to LONGEST_WORD, so
// that a pattern cannot be made to backtrack for long.
const LAUGHTER: readonly (readonly [RegExp, string])[] = [
  [/^[ha]*h[ha]*a[ha]*$/u, "haha"],
  [/^[he]*h[he]*e[he]*$/u, "hehe"],
  [/^[ja]*j[ja]*a[ja]*$/u, "haha"],
  [/^[je]*j[je]*e[je]*$/u, "hehe"],
  [/^k{3,}$/u, "haha"],
  [/^(?:rs){2,}r?s?$/u, "haha"],
  [/^lo+l[ol]*$/u, "lol"],
];
const SHORTEST_LAUGHTER = 4;

/** `hahahah`, `jajaja`, `kkkk`, `rsrs` → `haha`; `looool` → `lol`; undefined for other words. */
export function laughter(word: string): string | undefined {
  if (word.length < SHORTEST_LAUGHTER && !/^k{3}$/u.test(word)) return undefined;
  return LAUGHTER.find(([pattern]) => pattern.test(word))?.[1];
}
