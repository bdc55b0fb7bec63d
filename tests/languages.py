"""A short talk in many languages, a line a cue, and the old encodings in which subtitles of each
are found."""

TALKS = dict(
    russian="""Привет, Анна! Ты уже дома?
Нет, я ещё на работе.
Когда ты придёшь?
Думаю, часов в восемь.
Хорошо, я приготовлю ужин.
Купи, пожалуйста, хлеба и молока.
Ладно. Что-нибудь ещё нужно?
Нет, больше ничего не надо.
Только не забудь ключи!
Они лежат на кухонном столе.
Я никогда ничего не забываю.
Вчера ты забыла даже про мой день рождения.""",
    ukrainian="""Привіт, Оксано! Ти вже вдома?
Ні, я ще на роботі.
Коли ти прийдеш?
Думаю, о восьмій годині.
Добре, я приготую вечерю.
Купи, будь ласка, хліба й молока.
Гаразд. Чи потрібно ще щось?
Ні, більше нічого не треба.
Тільки не забудь ключі!
Вони лежать на столі в кухні.
Я ніколи нічого не забуваю.
Вчора ти забула навіть про мій день народження.""",
    bulgarian="""Здравей, Ана! Вкъщи ли си вече?
Не, още съм на работа.
Кога ще дойдеш?
Мисля, че към осем часа.
Добре, аз ще приготвя вечерята.
Купи, моля те, хляб и мляко.
Добре. Трябва ли ти нещо друго?
Не, нищо повече не ми трябва.
Само не забравяй ключовете!
Те са на масата в кухнята.
Аз никога нищо не забравям.
Вчера забрави дори рождения ми ден.""",
    polish="""Cześć, Aniu! Jesteś już w domu?
Nie, jestem jeszcze w pracy.
Kiedy przyjdziesz?
Myślę, że około ósmej.
Dobrze, zrobię kolację.
Kup, proszę, chleb i świeże mleko.
Dobrze. Potrzebujesz czegoś jeszcze?
Nie, nic więcej nie potrzebuję.
Tylko nie zapomnij kluczy!
Leżą na stole w kuchni, koło łyżki.
Ja nigdy niczego nie zapominam.
Wczoraj zapomniałaś nawet o moich urodzinach, kochanie.
Przepraszam, byłam bardzo zmęczona i źle spałam.""",
    czech="""Ahoj, Aničko! Už jsi doma?
Ne, ještě jsem v práci.
Kdy přijdeš?
Myslím, že kolem osmé.
Dobře, připravím večeři.
Kup prosím tě chleba a čerstvé mléko.
Jistě. Potřebuješ ještě něco?
Ne, už nic nepotřebuju.
Jenom nezapomeň na klíče!
Leží na stole v kuchyni, vedle lžíce.
Já nikdy na nic nezapomínám.
Včera jsi zapomněla i na moje narozeniny, miláčku.
Promiň, byla jsem hrozně unavená a špatně jsem spala.""",
    hungarian="""Szia, Anna! Otthon vagy már?
Nem, még a munkahelyemen vagyok.
Mikor jössz haza?
Azt hiszem, nyolc óra körül.
Jól van, elkészítem a vacsorát.
Vegyél, kérlek, kenyeret és egy kis tejet.
Rendben. Szükséged van még valamire?
Nem, köszönöm, semmi másra nincs szükségem.
Csak a kulcsokat el ne felejtsd!
A konyhában vannak, az asztalon, a tűzhely mellett.
Én soha semmit nem felejtek el.
Tegnap még a születésnapomról is megfeledkeztél, drágám.
Ne haragudj, nagyon fáradt voltam, és későn értem haza az erdőből.""",
    croatian="""Bok, Ana! Jesi li već kod kuće?
Nisam, još sam na poslu.
Kada ćeš doći?
Mislim, oko osam sati.
Dobro, ja ću spremiti večeru.
Kupi, molim te, kruh i svježe mlijeko.
U redu. Treba li ti još nešto?
Ne, ništa mi više ne treba.
Samo nemoj zaboraviti ključeve!
Leže na stolu u kuhinji, pokraj žlice.
Ja nikad ništa ne zaboravljam.
Jučer si zaboravila čak i moj rođendan, dušo.""",
    greek="""Γεια σου, Άννα! Είσαι ήδη στο σπίτι;
Όχι, είμαι ακόμα στη δουλειά.
Πότε θα έρθεις;
Νομίζω γύρω στις οκτώ.
Ωραία, θα ετοιμάσω το βραδινό.
Αγόρασε, σε παρακαλώ, ψωμί και γάλα.
Εντάξει. Χρειάζεσαι τίποτα άλλο;
Όχι, δεν χρειάζομαι τίποτα άλλο.
Μόνο μην ξεχάσεις τα κλειδιά!
Είναι πάνω στο τραπέζι της κουζίνας.
Εγώ δεν ξεχνάω ποτέ τίποτα.
Χθες ξέχασες ακόμα και τα γενέθλιά μου.""",
    hebrew="""שלום, אנה! את כבר בבית?
לא, אני עדיין בעבודה.
מתי תבואי?
אני חושבת שבסביבות שמונה.
טוב, אני אכין ארוחת ערב.
תקני בבקשה לחם וחלב.
בסדר. אתה צריך עוד משהו?
לא, אני לא צריך שום דבר אחר.
רק אל תשכחי את המפתחות!
הם נמצאים על השולחן במטבח.
אני אף פעם לא שוכחת כלום.
אתמול שכחת אפילו את יום ההולדת שלי.""",
    arabic="""مرحبا يا آنا! هل أنت في البيت الآن؟
لا، ما زلت في العمل.
متى ستأتين؟
أظن في حوالي الساعة الثامنة.
حسنا، سوف أحضر العشاء.
اشتري من فضلك بعض الخبز والحليب.
طيب. هل تحتاج إلى شيء آخر؟
لا، لا أحتاج إلى أي شيء آخر.
فقط لا تنسي المفاتيح!
إنها على الطاولة في المطبخ.
أنا لا أنسى شيئا أبدا.
بالأمس نسيت حتى عيد ميلادي.""",
    turkish="""Merhaba Ayşe! Eve geldin mi?
Hayır, hâlâ işteyim.
Ne zaman geleceksin?
Sanırım saat sekiz gibi.
Tamam, ben akşam yemeğini hazırlarım.
Lütfen biraz ekmek ve süt al.
Peki. Başka bir şeye ihtiyacın var mı?
Hayır, başka hiçbir şeye ihtiyacım yok.
Yalnız anahtarları unutma!
Mutfaktaki masanın üzerinde duruyorlar.
Ben hiçbir zaman hiçbir şeyi unutmam.
Dün benim doğum günümü bile unuttun, sevgilim.""",
    french="""Salut, Hélène ! Tu es déjà à la maison ?
Non, je suis encore au travail.
Quand est-ce que tu arrives ?
Je pense que ce sera vers huit heures.
Très bien, je vais préparer le dîner.
Achète du pain et du lait, s'il te plaît.
D'accord. Tu as besoin d'autre chose ?
Non, je n'ai besoin de rien d'autre.
N'oublie surtout pas tes clés !
Elles sont sur la table de la cuisine, à côté du pâté.
Moi, je n'oublie jamais rien.
Hier tu as même oublié mon anniversaire, ma chérie. Ça m'a blessé.""",
    german="""Hallo, Käthe! Bist du schon zu Hause?
Nein, ich bin noch im Büro.
Wann kommst du denn?
Ich glaube, ungefähr um acht.
Schön, dann mache ich das Abendessen.
Kauf bitte noch Brötchen und Milch.
Natürlich. Brauchst du sonst noch etwas?
Nein, sonst brauche ich nichts mehr.
Vergiss bloß die Schlüssel nicht!
Sie liegen in der Küche auf dem großen Tisch.
Ich vergesse nie irgendetwas.
Gestern hast du sogar meinen Geburtstag vergessen. Das war nicht schön für mich.""",
    spanish="""¡Hola, Inés! ¿Ya estás en casa?
No, todavía estoy en el trabajo.
¿Cuándo vas a venir?
Creo que a las ocho, más o menos.
Está bien, yo prepararé la cena.
Compra pan y leche, por favor.
De acuerdo. ¿Necesitas alguna cosa más?
No, no necesito nada más.
¡Pero no olvides las llaves!
Están en la mesa de la cocina, junto a la caña de pescar.
Yo nunca me olvido de nada.
Ayer te olvidaste hasta de mi cumpleaños, cariño.""",
    portuguese="""Olá, Inês! Você já está em casa?
Não, ainda estou no trabalho.
Quando é que você vem?
Acho que lá pelas oito.
Então eu vou preparar o jantar.
Compre pão e leite, por favor.
Está bem. Você precisa de mais alguma coisa?
Não, não preciso de mais nada.
Só não se esqueça das chaves!
Elas estão na mesa da cozinha, perto da maçã.
Eu nunca esqueço nada.
Ontem você esqueceu até o meu aniversário, meu coração.""",
    italian="""Ciao, Anna! Sei già a casa?
No, sono ancora al lavoro.
A che ora arrivi?
Credo che sarà verso le otto, perché c'è traffico.
Va bene, preparerò la cena.
Compra del pane e del latte, per favore.
D'accordo. Hai bisogno di qualcos'altro?
No, non ho bisogno di nient'altro.
Però non dimenticare le chiavi!
Sono sul tavolo della cucina, vicino al caffè.
Io non dimentico mai niente.
Ieri hai dimenticato perfino il mio compleanno. Così non si può andare avanti.""",
    swedish="""Hej, Åsa! Är du redan hemma?
Nej, jag är fortfarande på jobbet.
När kommer du?
Jag tror att det blir vid åtta.
Bra, då lagar jag middag.
Köp bröd och mjölk, är du snäll.
Visst. Behöver du något mer?
Nej, jag behöver ingenting mer.
Glöm bara inte nycklarna!
De ligger på bordet i köket.
Jag glömmer aldrig någonting.
I går glömde du till och med min födelsedag, älskling.""",
    danish="""Hej, Åse! Er du allerede hjemme?
Nej, jeg er stadig på arbejde.
Hvornår kommer du?
Jeg tror, det bliver omkring klokken otte.
Godt, så laver jeg aftensmad.
Køb noget brød og mælk, er du sød.
Ja. Har du brug for andet?
Nej, jeg har ikke brug for mere.
Glem nu ikke nøglerne!
De ligger på bordet i køkkenet.
Jeg glemmer aldrig noget.
I går glemte du endda min fødselsdag, kære.""",
    lithuanian="""Labas, Ona! Ar tu jau namuose?
Ne, aš dar esu darbe.
Kada tu ateisi?
Manau, kad apie aštuntą valandą.
Gerai, aš paruošiu vakarienę.
Nupirk, prašau, duonos ir šviežio pieno.
Gerai. Ar tau dar ko nors reikia?
Ne, man daugiau nieko nereikia.
Tik nepamiršk raktų!
Jie guli ant stalo virtuvėje, šalia šaukšto.
Aš niekada nieko nepamirštu.
Vakar tu pamiršai net mano gimtadienį, brangioji.""",
    japanese="""アンナ、もう家にいるの？
いいえ、まだ会社にいます。
いつ帰ってくるの？
たぶん八時ごろだと思う。
わかった、夕ご飯を作っておくよ。
パンと牛乳を買ってきてください。
はい。ほかに何か必要ですか。
いや、ほかには何もいらない。
鍵だけは忘れないでね！
台所のテーブルの上に置いてあるよ。
私は何も忘れたことがないわ。
昨日は僕の誕生日さえ忘れていたじゃないか。""",
    simplified="""安娜，你已经到家了吗？
没有，我还在公司上班。
你什么时候回来？
我想大概八点钟吧。
好的，我来做晚饭。
请你买一点面包和牛奶。
好。你还需要别的东西吗？
不用了，我什么都不需要。
千万别忘了带钥匙！
钥匙在厨房的桌子上。
我从来不会忘记任何事情。
昨天你连我的生日都忘记了。""",
    traditional="""安娜，你已經到家了嗎？
沒有，我還在公司上班。
你什麼時候回來？
我想大概八點鐘吧。
好的，我來做晚飯。
請你買一點麵包和牛奶。
好。你還需要別的東西嗎？
不用了，我什麼都不需要。
千萬別忘了帶鑰匙！
鑰匙在廚房的桌子上。
我從來不會忘記任何事情。
昨天你連我的生日都忘記了。""",
    korean="""안나, 벌써 집에 왔어?
아니, 아직 회사에 있어.
언제 올 거야?
여덟 시쯤 될 것 같아.
알았어, 내가 저녁을 준비할게.
빵하고 우유를 좀 사다 줘.
그래. 다른 것도 필요해?
아니, 다른 것은 필요 없어.
열쇠를 잊지 마!
부엌 식탁 위에 놓여 있어.
나는 아무것도 잊어버리지 않아.
어제는 내 생일도 잊어버렸잖아.""",
    thai="""สวัสดีแอนนา ถึงบ้านแล้วหรือยัง
ยังเลย ฉันยังอยู่ที่ทำงาน
เธอจะกลับมาเมื่อไหร่
ฉันคิดว่าประมาณสองทุ่ม
ดีแล้ว ฉันจะทำอาหารเย็น
ช่วยซื้อขนมปังกับนมมาด้วยนะ
ได้ เธอต้องการอะไรอีกไหม
ไม่ ฉันไม่ต้องการอะไรอีกแล้ว
อย่าลืมกุญแจนะ
มันอยู่บนโต๊ะในห้องครัว
ฉันไม่เคยลืมอะไรเลย
เมื่อวานเธอยังลืมวันเกิดของฉันเลย""",
)

OLD = dict(
    russian=('cp1251', 'koi8-r', 'cp866', 'iso8859-5'),
    ukrainian=('cp1251', 'koi8-u'),
    bulgarian=('cp1251',),
    polish=('cp1250', 'iso8859-2'),
    czech=('cp1250', 'iso8859-2'),
    hungarian=('cp1250', 'iso8859-2'),
    croatian=('cp1250', 'iso8859-2'),
    greek=('cp1253', 'iso8859-7'),
    hebrew=('cp1255',),
    arabic=('cp1256',),
    turkish=('cp1254',),
    lithuanian=('cp1257',),
    french=('cp1252', 'latin-1'),
    german=('cp1252',),
    spanish=('cp1252',),
    portuguese=('cp1252',),
    italian=('cp1252',),
    swedish=('cp1252',),
    danish=('cp1252',),
    japanese=('shift_jis', 'euc-jp'),
    simplified=('gb18030', 'gbk'),
    traditional=('big5',),
    korean=('euc-kr',),
    thai=('tis-620',),
)
