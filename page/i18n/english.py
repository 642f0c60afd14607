"""The page in English."""

from page.i18n.messages import (
    BookMessages,
    CheckMessages,
    FileMessages,
    FingerprintMessages,
    Messages,
    TwoTextMessages,
)

ENGLISH = Messages(
    language="en",
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
    quoted="“{text}”",
    edit="edit",
    clear="clear",
    outdated="The text in the box has changed: this is the answer on the former one. "
    "Press “Find the author” again.",
    of_file="The file “{file}” was not opened. {problem}",
    kept="The box still holds the former text: it is not from this file.",
    examples_title="Or take an example written for this project:",
    authors=("author", "authors", "authors"),
    characters=("character", "characters", "characters"),
    windows=("passage", "passages", "passages"),
    layers=("layer", "layers", "layers"),
    steps=("step", "steps", "steps"),
    millions="{count}\u00a0million parameters",
    seconds="{count} s",
    read_whole="Read whole: {length}.",
    empty="Nothing here yet. Paste a few paragraphs of prose or open a file.",
    left_out="The file holds nothing but notes, contents, menus or hidden parts, which are not read. "
    "If there is prose among them, paste it.",
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
    student_is="fitted to answer as the teacher",
    more="{count} more",
    caution="Caution: the models know {authors} authors{years}, and choose among these alone; likeness is no "
    "proof.",
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
    reasons_alike="Their reasons are alike",
    reasons_partly="Their reasons are partly alike",
    reasons_unlike="Their reasons differ",
    reasons_measure="all words, ranked by weight, agree at {spearman}, where 1 is wholly and 0 not at all",
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
        "The order of all words is compared, not of ten (rank correlation): 1 is the same order, "
        "0 no relation, −1 the reverse.",
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
    view_label="Through whose eyes",
    view_differences="Differences",
    strongest_of="{role}: the weightiest words, for and against",
    strongest_between="{role}: the weightiest words in choosing",
    strongest_differ="Where the models differ most, in percentage points: plus weighs more with the teacher, "
    "minus with the student",
    more_teacher="with the teacher",
    more_student="with the student",
    differences_wait="The differences appear when both models are explained.",
    differences_legend="Reasons ({author}): blue words weigh more with the teacher, ochre ones with the "
    "student.",
    differences_number="The number says by how many percentage points the word’s share in all the weight is "
    "larger with the teacher (plus) or with the student (minus).",
    student_other="The student names another author: {other}, {student}; the teacher, {first}, {teacher}.",
    student_alike="The student names the teacher’s author and is as sure: {student}.",
    student_surer="The student names the teacher’s author but is surer: {student} against {teacher}.",
    student_less_sure="The student names the teacher’s author but is less sure: {student} against {teacher}.",
    explained="Coloured are the words for and against {author}.",
    all_explained="Both models are explained.",
    not_first="{role} puts another first: {first}.",
    explain_first="Show the words for that author",
    strip_label="Where the weightiest words stand in the text",
    speaks_for="for",
    speaks_against="against",
    legend="The more a word weighs, the deeper its colour, though not in step: four times the weight is "
    "twice as deep. The ten weightiest are underlined and always in sight: a solid line speaks for, a dashed "
    "one against.",
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
    check_title="Check it",
    check_rival="Why not another author?",
    check_masks="What if names or the topic are hidden?",
    check_agreement="Do the models’ reasons agree?",
    check_figures="How exact are the numbers?",
    figures_lead="Cite the verdict and the percentages: they were checked on books that the models had not "
    "seen, and of the answers given at 80% about 80 in 100 are right. What words add is exact to the error "
    "stated below, and speaks of this text alone: do not compare it with another text’s.",
    sample="This is what an answer looks like. It is the beginning of a pastiche written for this project; "
    "the models now say of it: {verdict}",
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
            "The student has half the depth and was fitted to answer as the teacher does. Compare the words "
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


ENGLISH_BOOK = BookMessages(
    tab_excerpt="Excerpt",
    tab_book="Book",
    lead="A whole novella or novel. Both models read the text in overlapping passages and show whose hand "
    "is seen at each place, and where it changes.",
    box_label="Text of the book",
    box_placeholder="Paste a long text here, {minimum} or more, or open a file.",
    upload="Open a book file",
    run="Read the pasted text",
    stop="Stop",
    go_on="Read on",
    to_excerpt="Read it as an excerpt",
    to_book="Read it as a book",
    empty="Nothing here yet. Open a book file (.txt, .fb2, .epub, .docx, .odt, .rtf, .html) "
    "or paste its text.",
    too_short="Too short for a book: {characters}, and a course can be seen from {minimum} on. "
    "The “Excerpt” tab reads such a text whole.",
    lost="This book is no longer here: too much time has passed. Open it again.",
    still="Below is the book that was open before.",
    card="Untitled",
    card_file="{format} · {characters}",
    card_encoding="encoding {encoding}",
    card_begins="It begins: “{words}…”",
    parts=("part", "parts", "parts"),
    words=("word", "words", "words"),
    notices={
        "damaged": "The file is damaged: it was read as far as it goes.",
        "missing_parts": "Could not be read: {parts} of the book.",
        "replaced_characters": "Could not be read: {characters}. If the letters look wrong, "
        "choose another encoding.",
        "several_files": "The archive holds more than one text ({count}): only “{name}” was read. "
        "The “Files” tab reads them all.",
        "encoding": "The file names a wrong encoding: it was read in the one that it is written in.",
        "notes": "Left out as notes and their marks: {count}.",
        "navigation": "Left out as menus, links and service lines: {count}.",
        "contents": "Left out as contents and page numbers: {count}.",
        "stage_directions": "Left out as stage directions and speakers' names: {count}.",
        "hidden": "Left out as hidden passages: {count}.",
        "deleted_text": "Left out as deleted or replaced passages: {count}.",
        "markup": "Left out as tags of markup: {count}.",
        "bent_names": "Names within the archive were repaired: slashes, case, blanks.",
        "embedded": "Left out as parts in a format that is not read here: {count}.",
        "mojibake": "The text was once read in a wrong encoding and saved so: it was repaired.",
        "other_files": "Other files of the archive that were not read: {count}.",
        "padding": "Left out as zero characters (NUL): {count}.",
        "hidden_marks": "Unseen characters, stress marks and other decoration, passed over: {characters}.",
        "look_alikes": "Letters of other alphabets that look Russian, read as Russian: {words}.",
        "joined_words": "Words broken at line ends were joined: {words}.",
        "old_spelling": "Spelling before 1918 was read in today’s: {words} or more.",
        "unread_letters": "Letters that the models do not know: {count}%. The verdict may be wrong.",
        "latin_letters": "{count}% of the letters are Latin, and the models know Russian prose only: the "
        "verdict may be wrong.",
        "long_text": "This is a whole book: read it on the “Book” tab. It shows where the hand changes; "
        "here all is read as if one author wrote it.",
    },
    waiting="Waiting its turn: another book is being read…",
    starting="Opening the book…",
    progress="Read: {share}, {passages}",
    seconds_left="about {count} s left",
    minutes_left="about {count} min left",
    so_far="So far, by the first {share} of the book:",
    partial="Reading was stopped: all below is about the part that was read.",
    nothing_read="Reading was stopped before the first passage.",
    read="Read whole: {characters}, {passages} by each model, {seconds}.",
    passages=("passage", "passages", "passages"),
    several="{hands}: {runs}.",
    several_hands=("Two hands", "Three hands", "Four hands", "Five hands", "Six hands"),
    many_hands="Several hands",
    hand_at="{author} ({places} of the text)",
    runs_and=" and ",
    runs_of="{role}: {runs}",
    differ="In {share} of the book the models name different authors: these places are shaded on the chart.",
    nearest="{role}: the nearest of those known is {author}, {share}",
    same_leader="Asked about each passage by itself, the models name the same author in {share} of cases.",
    whole="Who else might have written the whole book",
    whole_read="Who else might have written the part read",
    abstains="Recognises nobody in {share} of the passages",
    saved_ours="Opened from a file: a result of {made} by these same models. The book was not read anew.",
    saved_others="Opened from a file: a result of {made} by other models (teacher {teacher}, student "
    "{student}), "
    "not by those open on this page. The book was not read anew; passages are explained by the models here.",
    chart_title="Along the book",
    plot_label="Probabilities of the authors along the book. Arrows go from passage to passage, "
    "Enter opens a passage below the chart, plus and minus zoom, zero shows the whole book",
    others="other authors",
    disputed="the models differ",
    thousands="thousand characters",
    characters_at="characters {start}–{stop}",
    mean_of="mean of {count} passages",
    names_nobody="recognises nobody",
    lines_mean="The bands above are whose each part is by all of its passages together; numbers mark the "
    "places "
    "where the teacher sees the author change. A thick line is the teacher’s probability, a thin one the "
    "student’s; both are smoothed over some {count} characters.",
    each_single="A faint dot is one passage.",
    each_mean="A faint dot is the mean of {count} neighbouring passages: not all of them fit on a screen; "
    "zoom in to see each.",
    chart_hint="Press the chart to read that place and to compare it or its chapter with the rest of the "
    "book; drag sideways to zoom in.",
    chart_key="How to read the chart",
    zoom_label="Zoom",
    zoom_in="Zoom in",
    zoom_out="Zoom out",
    zoom_back="← Back",
    zoom_on="Forward →",
    zoom_whole="Whole book",
    changes_title="Where the author changes",
    changes_none="No change of author is seen.",
    change="{before} → {after}",
    change_at="{share} of the book, character {offset}",
    passage_at="at {share}",
    changes_note="Places are exact to a passage. A change may also mean another narrator, a letter, "
    "a tale within the tale, or a translation.",
    passages_title="The passages that say most",
    passages_lead="Where the models are surest. Press one to read it: it opens below the chart. A "
    "percentage is "
    "this author’s probability in one passage.",
    author_label="For and against whom",
    most_for="Most for",
    most_against="Most against",
    each_alike=" — {share} each",
    each_exactly=" — {share} unless said otherwise",
    stranger="This model does not know that author.",
    opened_label="A place in the book",
    opened_place="Characters {start}–{stop}",
    opened_says="{role}: {author}, {share}",
    opened_nobody="{role}: {nobody}, the nearest is {author}",
    opened_unread="{role}: has not read it yet",
    opened_before="‹ Earlier",
    opened_after="Later ›",
    opened_close="Close and go back",
    opened_explain="Which words decide",
    opened_save="Save the passage",
    opened_hint="What the models read as one passage is outlined; the sentences around it stand beside it.",
    part_title="By the same hand as the rest of the book?",
    part_passage="Compare this passage",
    part_chapter="Compare the chapter: {chapter}",
    part_of_passage="This passage and the rest of the book",
    part_of_chapter="The chapter and the rest of the book: {chapter}",
    part_beginning="before the first heading",
    part_name="This part",
    part_rest="The rest of the book",
    part_words="Show the words that speak for and against",
    part_note="Chapters of one book are alike in subject and people already: “one hand” means less here, and "
    "“two” more, than of different works.",
    part_mixed="Different hands are seen in this book: {runs}. Its “rest” is a mixture of them: “one hand” "
    "only means that the part is like that mixture, not that the book has one author. Whose the part is, the "
    "bands above the chart tell.",
    cite="How to cite",
    citation="{name}{chapter}, characters {start}–{stop} of {length}. {says}. Whose prose is this? Version "
    "{version}, "
    "{date}. Models: teacher {teacher}, student {student}; text {text} (first digits of SHA-256).",
    citation_named="“{title}”",
    citation_chapter=", {chapter}",
    from_book="A passage of the book: characters {start}–{stop}, from the words “{words}…”. To be surer, "
    "it is read with the sentences around it, {count} in all. On the chart it is judged alone, so the "
    "percentages there differ.",
    back_to_book="← Back to the book",
    exports="Save:",
    export_csv="table, CSV",
    csv_heads=(
        "from character",
        "to character",
        "chapter",
        "model",
        "recognises anybody",
        "whose part of the book",
    ),
    export_result="the whole result, to be opened here again (JSON)",
    export_svg="chart, SVG",
    export_png="chart, PNG",
    picture_title="Probabilities of the authors along the book",
    axis_place="thousand characters from the beginning",
    axis_probability="probability",
)


ENGLISH_CHECK = CheckMessages(
    rival_label="Why not…",
    rival_none="no comparison",
    rival_suggested="{author} — the model’s next",
    between="{author} or {rival}",
    legend="Which words speak for the one rather than the other.",
    press="Press a word (or Enter on it) to mask it and ask both models again.",
    cover_label="Style or topic: read the text",
    cover_nothing="as it is",
    cover_names="without names",
    cover_content="without names, nouns, verbs and adjectives",
    everywhere="Mask a word wherever it stands",
    words=("word", "words", "words"),
    masked="Masked: {count} ({share}).",
    masked_none="Nothing to mask: there are no such words in the text.",
    computing="Both models are reading the text without these words…",
    both_hold="Both models hold to their answer.",
    both_change="Both models change their answer.",
    both_abstain="Both models recognise nobody any more.",
    holds="{role} holds to its answer",
    changes="{role} changes its answer",
    gives_up="{role} recognises nobody any more",
    abstains="unusual for this model",
    first="First author",
    logit="Score: {author}",
    logit_between="Difference of scores: {author} minus {rival}",
    predicted="predicted {value}",
    actual="in fact {value}",
    probability="Probability: {author}",
    unpredicted="no prediction yet",
    stranger="This model does not know that author.",
    rough="the explanation is inexact",
    undo="Bring the last back",
    restore="Show all words",
    exports="Save the result:",
    export_html="page, HTML",
    export_json="data, JSON",
    excerpt="Excerpt",
)


ENGLISH_FINGERPRINTS = FingerprintMessages(
    tab="Authors",
    lead="By what do the models know an author? Here the explanations of excerpts are added up, from "
    "books that no training saw: the words, marks and endings that speak for the author time and again.",
    roster_label="Choose an author",
    roster_note="How well teacher · student recognise the author: the measure F1, 0 to 1",
    none="No fingerprints have been measured for these models yet.",
    stale="{role}: the fingerprints on hand were measured on another model than the one opened.",
    make="One command measures them: {command}",
    author_missing="No fingerprint was measured for this author.",
    hide_names="Hide proper names",
    reliability="how well recognised (F1): {f1}",
    reliability_unknown="F1 not measured",
    explained="explained: {excerpts} of {works}",
    excerpts=("excerpt", "excerpts", "excerpts"),
    works=("work", "works", "works"),
    left_out=("excerpt", "excerpts", "excerpts"),
    left_out_note="left out, as the words did not add up to the score: {excerpts}",
    names_share="names and titles hold {share} of the weight",
    words="Words",
    marks="Punctuation",
    endings="Endings",
    pieces="Word pieces",
    nothing="nothing that recurs",
    name_badge="name",
    in_units="works: {works} of {all}, excerpts: {excerpts}",
    in_both="Words that both models have in common: {common} of {all}.",
    legend="The number is what a trait adds to the author’s score in an excerpt on average, the fraction in "
    "how many of the works read it speaks for the author. The order is by what remains without the one work "
    "in which it is strongest: the hero of one book cannot come first. In bold what both models have.",
    confused_title="Confused with",
    taken_for="The author’s excerpts go to others: {authors}.",
    given="Others’ excerpts come to the author: {authors}.",
    never_taken="No excerpt of the author goes to another.",
    never_given="No excerpt of another comes to the author.",
    map_title="Map of works",
    map_lead="Each point is a work; the nearer two points, the more alike they are to the model. Directions "
    "mean nothing. Click a point to choose its author.",
    map_model="Whose map",
    map_label="Map of works: {role}. Arrows go from point to point, Enter chooses the author",
    map_quality="The map is only a picture: of the scores for all authors two sides lie flat on it. Of the "
    "three points beside a work {found} are its author’s; at random it would be {chance}, by all scores at "
    "once {ceiling}.",
    map_none="There are too few works for a map.",
    key_own="{author}",
    key_rival="confused with",
    key_other="others",
    key_excerpt="your excerpt",
    excerpt="Your excerpt",
    excerpt_placed="The star is your excerpt. The map is a picture: do not trust the distances on it.",
    excerpt_nearest="By all scores it is nearest to: {works}.",
    excerpt_edge="It lies beyond the edge and is shown there.",
    excerpt_wanted="Read something on the “Excerpt” tab, and it appears on the map as a star.",
    table="The map as a table",
    column_author="Author",
    column_work="Work",
    column_near="Beside it in the picture",
)


ENGLISH_FILES = FileMessages(
    tab="Files",
    lead="Several files at once, or an archive of books: up to {most} texts of {limit} MB together. "
    "Each is read as on the other tabs and gets a row in the table.",
    upload="Choose files",
    stop="Stop",
    go_on="Read on",
    too_much="Up to {most} files at once, of {limit} MB together. Choose fewer.",
    lost="This table is no longer kept: choose the files again.",
    waiting="The files wait their turn.",
    busy="Busy: there are many readers just now. Reading begins by itself; the next try is in {seconds} s.",
    reading="Reading {number} of {total}: {name}",
    unpacking="Opening {number} of {total}: {name}",
    done="Read: {count}.",
    stopped="Stopped. Read: {count}.",
    left_out="Not read: {count}.",
    others="Other files in the archive were not read: {names}.",
    junk="Left behind by programs and passed over: {names}.",
    more=" and {count} more",
    files=("file", "files", "files"),
    caption="What the models say of each file",
    file="File",
    verdict="Verdict",
    certainty="Certainty",
    notices="Notices",
    length="Length",
    open="Open",
    open_excerpt="Open as an excerpt",
    open_book="Open as a book",
    characters="Characters",
    not_read="not read",
    not_reached="Reading has not come to this file yet.",
    no_text="There is no text in the file.",
    export="Save the table (CSV)",
    certainties={
        "certain": "high",
        "likely": "medium",
        "open": "low",
        "nobody": "nobody known",
        "outside": "not prose of their time",
    },
    several="several hands",
)


ENGLISH_TWO_TEXTS = TwoTextMessages(
    tab="Two texts",
    lead="The same hand? On the left what the author surely wrote, better several works; on the right the "
    "disputed text. The models need not know the author: the manner itself is compared.",
    known="Known texts",
    disputed="Disputed text",
    known_placeholder="Paste a text surely by the author, or open files: the more, the surer the answer.",
    disputed_placeholder="Paste the disputed text, or open a file.",
    upload_known="Open known texts",
    upload_disputed="Open the disputed text",
    clear="Remove the files",
    each="There are several candidates on the left: which of them wrote the disputed text?",
    each_info="Files in one folder of an archive, or with names alike up to a dash (“Leskov - Lefty”, "
    "“Leskov - Cathedral Clergy”), are one candidate’s; every other file is a candidate of its own.",
    nearest="Most alike: {name}.",
    run="Compare",
    stop="Stop",
    pasted="pasted text",
    need_known="There is nothing to compare with: paste or open a text surely by the author.",
    need_disputed="There is nothing to compare: paste or open the disputed text.",
    too_much="The files are too large or too many: up to {most} texts on either side.",
    lost="This comparison is no longer kept here: too much time has passed. Open the texts again.",
    reading="Reading: {name}",
    comparing="Comparing…",
    explaining="The answer is there; looking for the words that decided it…",
    stopped="Stopped.",
    prior="How probable one author is without these texts, %",
    prior_info="By dates, manuscripts, testimony. With nothing to go by, leave it at 50.",
    exports="Save:",
    export_html="HTML document",
    export_json="JSON data",
)
