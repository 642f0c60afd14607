"""The authors' tab in English."""

from page.fingerprints.messages import FingerprintMessages

ENGLISH_FINGERPRINTS = FingerprintMessages(
    tab="Authors",
    lead="By what do the models know an author? Here the explanations of excerpts are added up, from "
    "books that no training saw: the words, marks and endings that speak for the author time and again.",
    roster_label="Choose an author",
    roster_note="F1 of teacher · student: how well the model knows the author, 0 to 1",
    none="No fingerprints have been measured for these models yet.",
    stale="{role}: the fingerprints on hand were measured on another model than the one opened.",
    make="One command measures them: {command}",
    author_missing="No fingerprint was measured for this author.",
    hide_names="Hide proper names",
    reliability="F1 {f1}",
    reliability_unknown="F1 not measured",
    explained="explained: {excerpts} of {works}",
    excerpts=("excerpt", "excerpts", "excerpts"),
    works=("work", "works", "works"),
    left_out=("excerpt", "excerpts", "excerpts"),
    left_out_note="not converged: {excerpts}",
    names_share="names hold {share}",
    words="Words",
    marks="Marks",
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
    map_quality="On the map {found} of a work’s three nearest neighbours are by its own author; at random it "
    "would be {chance}, by all scores at once {ceiling}. The projection ({method}) was chosen by this share "
    "among {methods}; each work was left out when it was its turn.",
    map_none="There are too few works for a map.",
    key_own="{author}",
    key_rival="confused with",
    key_other="others",
    key_excerpt="your excerpt",
    excerpt="Your excerpt",
    excerpt_near="Your excerpt lies nearest to: {works}. This is not the model’s answer: it answers by all "
    "scores at once, of which the map shows but two sides.",
    excerpt_edge="It lies beyond the edge and is shown there.",
    excerpt_wanted="Read something on the “Excerpt” tab, and it appears on the map as a star.",
    table="The map as a table",
    column_author="Author",
    column_work="Work",
    column_near="Nearest on the map",
)
