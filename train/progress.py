"""A training of so many minutes shows them, not the steps of epochs that it will never reach."""

from typing import Any

from tqdm import tqdm
from transformers import ProgressCallback, TrainerControl, TrainerState, TrainingArguments

from train.budget import TimeBudget

_FORMAT = "{percentage:3.0f}%|{bar}| {n:.1f} of {total:.1f} minutes{postfix}"


class MinutesProgress(ProgressCallback):
    """The Trainer's bar, filled by the budget's minutes."""

    def __init__(self, budget: TimeBudget) -> None:
        super().__init__()
        self.budget = budget

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Open the bar where earlier runs left it."""
        if state.is_world_process_zero:
            minutes = self.budget.minutes
            spent = min(self.budget.spent_seconds / 60, minutes)
            self.training_bar = tqdm(total=minutes, initial=spent, dynamic_ncols=True, bar_format=_FORMAT)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Fill it by what the step took."""
        bar: Any = self.training_bar
        if bar is not None:
            bar.set_postfix_str(f"step {state.global_step}", refresh=False)
            bar.update(min(self.budget.spent_seconds / 60, bar.total) - bar.n)
