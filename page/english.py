"""The page in English."""

from page.messages import Messages

ENGLISH = Messages(
    language="en",
    decimal_mark=".",
    thousands_mark=",",
    percent_mark="%",
    title="Whose prose is this?",
    subtitle="and how do you know",
    lead="Paste an excerpt of Russian prose, or open a whole book. Two neural networks, "
    "a teacher and its half-depth student, "
    "name the most probable of {authors} authors and show the words that persuaded them.",
    language_label="Language of the page",
    skip_link="Skip to the text",
    text_label="Excerpt",
    text_placeholder="Paste a page of Russian prose here: 2,000 to 3,000 characters are best, "
    "{minimum} the least.",
    upload="Open a file",
    encoding_label="Encoding of the file",
    encoding_found="The file was read as {encoding}. If the letters look wrong, choose another.",
    run="Find the author",
    examples_title="Or take a pastiche written for this project:",
    example_gogol="after Gogol",
    example_chekhov="after Chekhov",
    example_dostoevsky="after Dostoevsky",
    authors=("author", "authors", "authors"),
    characters=("character", "characters", "characters"),
    windows=("passage", "passages", "passages"),
    layers=("layer", "layers", "layers"),
    steps=("gradient", "gradients", "gradients"),
    millions="{count} M parameters",
    seconds="{count} s",
    read_whole="Read whole: {length}.",
    empty="Nothing here yet. Paste a few paragraphs of prose or open a file.",
    too_short="Too short: {characters}. A manner cannot be told from so little; paste at least {minimum} "
    "characters, better 2,000 to 3,000.",
    too_long="These are {characters}, and the page reads up to {limit}. Keep a chapter or two, "
    "or read all of it on the “Book” tab.",
    not_cyrillic="No Russian letters in sight. The models know Russian prose only: paste text in Cyrillic.",
    not_text="This is neither a text nor a book. Save it as .txt, .fb2, .epub, .docx, .odt or .rtf "
    "and open it again.",
    too_large="The file is over {limit} MB. Split it, or paste the chapter you mean.",
    unknown_encoding="The file cannot be read as {encoding}. Choose another encoding.",
    other_format="This is a {format} file, which is not read here. {remedy}",
    remedies={
        "PDF": "Open it in Word or LibreOffice and save its text as .docx or .txt; scanned pages must be "
        "recognised first (OCR).",
        "DjVu": "Recognise its pages (OCR) or take its text out with djvutxt, and save that as .txt.",
        "TIFF": "Recognise its pages (OCR) and save their text as .txt.",
        "DOC": "Open it in Word or LibreOffice and save it as .docx.",
        "Word XML": "Open it in Word or LibreOffice and save it as .docx.",
        "Mobipocket": "Convert it to .epub with Calibre.",
    },
    remedy="Save the book as .txt, .fb2, .epub, .docx, .odt, .rtf or .html and open it again.",
    archive="This is a {format} archive. Unpack it and open the book itself.",
    encrypted="The file is protected by a password or against copying. Remove the protection and open it "
    "again.",
    damaged="The file is damaged: nothing in it can be read. Download it again, or take another format.",
    hostile="The file is built as no book is built: it may be dangerous and was not read. "
    "Take the book in another format.",
    failed="That did not work, and the fault is ours. Try again; if it happens twice, shorten the text.",
    lost="This result is out of date. Press “Find the author” again.",
    busy="Busy: there are many readers just now, or you have asked for much at once. "
    "Try again in {seconds} s.",
    teacher="Teacher",
    student="Student",
    teacher_is="the large model",
    student_is="taught by the teacher",
    shown_label="How many authors to show",
    says="{role}: {author}, {share}",
    short="There are only {characters} here. In texts this short by these authors, the first name is right "
    "in about {share} of cases; the percentages already allow for that.",
    outside_note="The models were taught only on prose by these {authors} authors{years}, and would name one "
    "of them for any text. So there is no answer here.",
    outside_years=", born from {first} to {last}",
    outside_details="What the models would say all the same",
    outside_unsure="This is no answer: the models choose among the authors they know even where there is "
    "nobody to choose.",
    insist="Show all the same which words decide",
    unknown_badge="Probably none of these authors",
    unknown_note="The text is unlike what the model was taught on. The percentages are shared out among the "
    "authors it knows, whoever wrote it. Closest, but without confidence:",
    unusual_note="This text is unusual for this model: take its percentages with care.",
    reasons_title="Which words persuaded them",
    reasons_alike="Their reasons are alike",
    reasons_partly="Their reasons are partly alike",
    reasons_unlike="Their reasons differ",
    reasons_measure="all words, ranked by weight, agree at ρ = {spearman}",
    reasons_unsure="Their reasons cannot be compared: the computation did not converge",
    reasons_common="of the {strongest} weightiest words {common} are the same for both",
    reasons_mass="of all the weight they give, {share} is shared",
    reasons_loss_student="Mask what persuaded the teacher, and the student loses {share} of what it loses "
    "when its own reasons are masked.",
    reasons_loss_teacher="Mask what persuaded the student, and the teacher loses {share} of what it loses "
    "when its own reasons are masked.",
    scale_here="this excerpt {value}",
    scale_floor="an untaught student {value}",
    scale_usual="usual for these two {value}",
    scale_ceiling="a model with itself {value}",
    scale_label="Rank correlation of the words, from that with an untaught student to that of one model "
    "with itself",
    meaning_title="What does this mean?",
    meaning=(
        "Each model weighs every word of the excerpt. If six of the ten weightiest are the same, both "
        "decided by much the same words: two such lists, drawn at random from five hundred words, mostly "
        "share none.",
        "ρ compares the order of all words, not of ten: 1 is the same order, 0 no relation, −1 the reverse.",
        "Masking asks the models themselves: if the teacher’s words sway the student as its own do, the "
        "likeness is no accident of the counting.",
    ),
    meaning_scale="Even one and the same model, compared with another empty text, ranks its words somewhat "
    "differently: more cannot be expected of two. The lower end is a student whose weights were shuffled. "
    "Both ends and the usual value were measured on {excerpts} of books the models had not seen.",
    excerpts=("excerpt", "excerpts", "excerpts"),
    author_label="Explain as the work of",
    pieces_label="Show the word pieces (tokens) that the model sees",
    stop="Stop",
    speaks_for="for",
    speaks_against="against",
    legend="The deeper the colour, the more a word weighs. The ten strongest are underlined: "
    "a solid line speaks for, a dashed one against.",
    waiting="Waiting its turn…",
    waiting_behind="Waiting its turn: {ahead} before it",
    running="Explaining: {done} of {expected}",
    stopped="Stopped",
    stopped_early="Stopped before the first results.",
    stranger="This model does not know that author.",
    exactness="error {error} · {steps} · {seconds}",
    rough="Preliminary",
    uncertain="Uncertain: the computation did not converge, the colours are only a rough guide",
    words_label="The excerpt with its words coloured by what they add: {role}, {author}",
    guide_title="How to read this",
    guide=(
        (
            "Percentages",
            "Probabilities, calibrated on books the model had not seen: of the answers given with 70%, "
            "about seventy in a hundred are right. Of a text that is no prose of these "
            "authors’ time the page mostly says so and names nobody; verse and plays it does not tell from "
            "prose. If it resembles none of them, the models mostly say so, but not always.",
        ),
        (
            "Colours",
            "The method is integrated gradients. Each word gets a number: what it added to the author’s "
            "score or took from it, against the same text with every word masked. Point at a word, or "
            "reach it with the arrow keys, to see the number. The error says whether the sum comes out. "
            "Press a word and it is masked: the predicted and the actual change of the score appear side by "
            "side. They need not be equal, for words work together, not one by one.",
        ),
        (
            "Teacher and student",
            "The student has half the depth and was trained to answer as the teacher does. Compare the words "
            "as well as the names: the same answer need not rest on the same reasons.",
        ),
        (
            "Limits",
            "The models know only these {authors} authors, and only their prose. Names of characters, topic "
            "and period give hints too. This is an observation on style, not a forensic opinion: for a "
            "disputed text take several excerpts and read the reasons.",
        ),
    ),
    authors_title="Whom the models know",
    authors_note="{count}; for them no other author exists.",
    readme="About the project",
    api="For programs (API)",
    privacy="The text is neither stored nor sent on: two models on this server read it.",
    uncalibrated="These models are not calibrated: their percentages tell who comes first, not how often "
    "such an answer is right, and are mostly too sure.",
    uncalibrated_one="{role} is not calibrated: its percentages tell who comes first, not how often such an "
    "answer is right, and are mostly too sure.",
    uncalibrated_fact="not calibrated",
    uncalibrated_percentages="Not calibrated: there were no works to measure on how often such answers are "
    "right. Take them as an order, mostly too sure of itself: of the answers given with 90%, far fewer than "
    "ninety in a hundred may be right. A model that is not calibrated never says that a text resembles "
    "nobody: it names one of its authors for any text.",
)
