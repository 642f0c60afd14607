"""Every family of encoders goes from a pretrained folder to a pair that predicts and explains."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertTokenizerFast,
    DebertaConfig,
    DebertaTokenizerFast,
    DebertaV2Config,
    DebertaV2TokenizerFast,
    DistilBertConfig,
    DistilBertTokenizerFast,
    ElectraConfig,
    ElectraTokenizerFast,
    ModernBertConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaTokenizerFast,
    set_seed,
)

from authorship.encode import encode, window_capacity
from authorship.models.bundle import ModelBundle, load_bundle
from authorship.predict.prediction import predict
from explain.attribution import attribute
from train import student, teacher
from train.training.encoders import encoder_layers

TEXT = (
    "Дождь шёл с утра; дорога раскисла, и лошади стали. Ну что же, голубчик, право, экая оказия! "
    "Княгиня улыбнулась веером, граф поклонился холодно, а Ёлкин молчал до самого вечера…\n"
)
LAYERS, POSITIONS, WIDTH = 4, 40, 16
POOLED = {"bert", "roberta"}
SHAPE = {
    "hidden_size": WIDTH,
    "intermediate_size": 24,
    "num_attention_heads": 2,
    "num_hidden_layers": LAYERS,
    "max_position_embeddings": POSITIONS,
    "initializer_range": 0.3,
}
RELATIVE = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"], "position_biased_input": False}


def word_pieces() -> list[str]:
    """A vocabulary as BERT's, in which every letter of the text stands alone and as a continuation."""
    letters = sorted(set(TEXT.lower().replace("ё", "е")) - {" ", "\n"})
    pieces = ["дождь", "дорога", "княгиня", "граф", "##ла", "##лся", "##ого"]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return [*special, *letters, *(f"##{letter}" for letter in letters), *pieces]


def vocabulary_file(folder: Path) -> str:
    """What BERT's older models bring: a vocab.txt and nothing else."""
    (folder / "vocab.txt").write_text("\n".join(word_pieces()) + "\n", encoding="utf-8")
    return str(folder / "vocab.txt")


def bert_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    return BertTokenizerFast(vocabulary_file(folder))


def electra_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    return ElectraTokenizerFast(vocabulary_file(folder))


def distilbert_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    return DistilBertTokenizerFast(vocabulary_file(folder))


def byte_pairs(kind: type[PreTrainedTokenizerFast], special: list[str], folder: Path):
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator([TEXT] * 3, vocab_size=330, special_tokens=special, show_progress=False)
    trained.save_model(str(folder))
    return kind.from_pretrained(folder)


def roberta_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    return byte_pairs(RobertaTokenizerFast, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], folder)


def deberta_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    return byte_pairs(DebertaTokenizerFast, ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"], folder)


def unigram_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
    letters = sorted(set(TEXT) | set(TEXT.lower()))
    pieces = [(token, 0.0) for token in special] + [("▁", -2.0), *((letter, -4.0) for letter in letters)]
    return DebertaV2TokenizerFast(vocab=[*pieces, ("▁до", -5.0), ("ла", -5.0)], unk_id=3)


def plain_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    from train.training.tokenizer import train_tokenizer

    return train_tokenizer([TEXT], 150, max_length=10**6)


@dataclass(frozen=True)
class Family:
    """How a random base of the family is made, and how many tokens its positions leave for the text."""

    tokenizer: Callable[[Path], PreTrainedTokenizerFast]
    config: Callable[..., PreTrainedConfig]
    options: dict[str, object]
    capacity: int = POSITIONS - 2


FAMILIES = {
    "bert": Family(bert_tokenizer, BertConfig, SHAPE),
    "roberta": Family(roberta_tokenizer, RobertaConfig, SHAPE, capacity=POSITIONS - 4),
    "deberta": Family(deberta_tokenizer, DebertaConfig, {**SHAPE, **RELATIVE}),
    "deberta-v2": Family(
        unigram_tokenizer,
        DebertaV2Config,
        {
            **SHAPE,
            **RELATIVE,
            **{"position_buckets": 8, "share_att_key": True, "norm_rel_ebd": "layer_norm"},
            "conv_kernel_size": 3,
        },
    ),
    "modernbert": Family(plain_tokenizer, ModernBertConfig, {**SHAPE, "local_attention": 8}),
    "electra": Family(electra_tokenizer, ElectraConfig, {**SHAPE, "embedding_size": 8}),
    "distilbert": Family(
        distilbert_tokenizer,
        DistilBertConfig,
        {
            **{"dim": WIDTH, "hidden_dim": 24, "n_heads": 2, "n_layers": LAYERS},
            **{"max_position_embeddings": POSITIONS, "initializer_range": 0.3},
        },
    ),
}


def make_base(family: Family, folder: Path) -> Path:
    """A random encoder and its family's own tokenizer, as a download would lie there."""
    folder.mkdir()
    tokenizer = family.tokenizer(folder)
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "cls", "sep")} | {
        "bos_token_id": tokenizer.cls_token_id,
        "eos_token_id": tokenizer.sep_token_id,
    }
    set_seed(0)
    AutoModel.from_config(family.config(vocab_size=len(tokenizer), **family.options, **ids)).save_pretrained(
        folder
    )
    if not (folder / "vocab.txt").is_file():
        tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    sentences = TEXT.replace("!", ".").split(".")
    rows = [
        (writer, f"{writer} {book}", (sentences[book % 2] + ". ") * 3)
        for writer in ("Alpha", "Beta")
        for book in range(4)
    ]
    frame = pd.DataFrame(rows, columns=["writer", "book", "text"])
    frame.to_csv(folder / "train_data.csv", index=False)
    return folder


@pytest.fixture(scope="module", params=FAMILIES, ids=str)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def runs(family: str, data: Path, tmp_path_factory) -> Path:
    """Two steps of a teacher from the base, two of its student."""
    out = tmp_path_factory.mktemp(family)
    quick = [
        *("--data", str(data), "--use_cpu", "true", "--disable_tqdm", "true", "--max_steps", "2"),
        *("--per_device_train_batch_size", "4", "--crops_per_epoch", "8", "--eval_strategy", "no"),
        *("--save_strategy", "no", "--load_best_model_at_end", "false"),
    ]
    base = make_base(FAMILIES[family], out / "base")
    assert teacher.main([*quick, "--out", str(out / "teacher"), "--base", str(base)]) == 0
    distil = ["--out", str(out / "student"), "--teacher", str(out / "teacher"), "--hidden_weight", "1"]
    distil += ["--attention_weight", "1"]
    assert student.main([*quick, *distil]) == 0
    return out


@pytest.fixture(scope="module")
def pair(runs: Path) -> tuple[ModelBundle, ModelBundle]:
    return load_bundle(runs / "teacher"), load_bundle(runs / "student")


def test_the_student_is_the_same_family_at_half_the_depth(pair, family: str) -> None:
    teach, learn = (bundle.model for bundle in pair)
    assert teach.config.model_type == learn.config.model_type == family
    begun = LAYERS // 2 + 1 if family in POOLED else LAYERS  # half of the layers, and the one for their mean
    assert [len(encoder_layers(model)[1]) for model in (teach, learn)] == [begun, LAYERS // 2]
    kinds = getattr(teach.config, "layer_types", None)
    assert getattr(learn.config, "layer_types", None) == (kinds and kinds[::2])


def test_a_window_has_no_more_tokens_than_the_model_has_positions(pair, family: str) -> None:
    for bundle in pair:
        assert window_capacity(bundle.tokenizer) == FAMILIES[family].capacity
        encoded = encode(TEXT * 3, bundle.tokenizer)
        assert len(encoded.windows) > 1
        assert np.isfinite(predict(bundle, TEXT * 3).logits).all()


def test_the_saved_tokenizer_folds_case_and_editions_as_in_training(pair, runs: Path) -> None:
    for bundle in pair:
        one, other = (encode(text, bundle.tokenizer) for text in ("Ещё «Дождь» - да", 'еще "дождь" — да'))
        assert [w.input_ids for w in one.windows] == [w.input_ids for w in other.windows]
    again = AutoTokenizer.from_pretrained(runs / "teacher")
    assert again.backend_tokenizer.normalizer.normalize_str("ЁЖ") == "еж"


def test_offsets_are_the_inputs_own(pair) -> None:
    for bundle in pair:
        [*windows] = encode(TEXT, bundle.tokenizer).windows
        covered = {place for window in windows for span in window.offsets for place in range(*span)}
        assert {place for place, sign in enumerate(TEXT) if not sign.isspace()} <= covered


def test_explanations_are_complete_and_agree_with_the_prediction(pair) -> None:
    for bundle in pair:
        attribution = attribute(bundle, encode(TEXT, bundle.tokenizer), bundle.authors[0], max_nodes=47)
        assert attribution.score == pytest.approx(predict(bundle, TEXT).logits[0], abs=1e-4)
        assert attribution.relative_error < 0.05  # of a model trained for a few steps
        total = sum(token.score for token in attribution.tokens)
        difference = attribution.score - attribution.baseline_score
        assert total == pytest.approx(difference - attribution.convergence_delta, abs=1e-6)


def test_the_folder_gives_the_same_prediction_every_time(pair, runs: Path) -> None:
    again = load_bundle(runs / "student")
    assert predict(again, TEXT).logits == pytest.approx(predict(pair[1], TEXT).logits, abs=1e-6)


def test_embeddings_and_ids_give_the_same_logits(pair) -> None:
    for bundle in pair:
        ids = torch.tensor([encode(TEXT, bundle.tokenizer).windows[0].input_ids])
        mask = torch.ones_like(ids)
        vectors = bundle.model.get_input_embeddings()(ids)
        by_vectors = bundle.model(inputs_embeds=vectors, attention_mask=mask).logits
        assert torch.allclose(by_vectors, bundle.model(input_ids=ids, attention_mask=mask).logits, atol=1e-5)
