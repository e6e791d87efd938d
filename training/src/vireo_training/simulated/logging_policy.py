"""A log of a policy with known chances, and another policy of known value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vireo_training.evaluation.policy_value import LoggedRows


@dataclass(frozen=True)
class LoggingPolicyLog:
    """N actions out of A, in one of C contexts each; every context is as likely as every other."""

    person: NDArray[np.int64]  # [N]; a person stays in one context
    context: NDArray[np.int64]  # [N]
    action: NDArray[np.int64]  # [N]
    propensity: NDArray[np.float64]  # [N], of the action taken
    reward: NDArray[np.float64]  # [N], 0 or 1
    expected_reward: NDArray[np.float64]  # [C, A], the truth
    target: NDArray[np.float64]  # [C, A], chances of the policy to be judged
    value: float
    """The true mean reward of the target."""

    def rows(self) -> LoggedRows:
        return LoggedRows(
            sample_id=np.array([f"s{at}" for at in range(len(self.action))], dtype=np.object_),
            person=self.person,
            propensity=self.propensity,
            target=self.target[self.context, self.action],
            reward=self.reward,
        )


@dataclass(frozen=True)
class PolicyWorld:
    """What stays the same from log to log."""

    expected_reward: NDArray[np.float64]  # [C, A]
    logging: NDArray[np.float64]  # [C, A], chances
    target: NDArray[np.float64]  # [C, A], chances

    @property
    def value(self) -> float:
        return float((self.target * self.expected_reward).sum(axis=1).mean())


def policy_world(contexts: int, actions: int, *, seed: int) -> PolicyWorld:
    """The logging policy is a softmax of a wrong idea of the rewards, the target one of a better idea."""
    random = np.random.default_rng(seed)
    taste = random.normal(-1.0, 1.0, (contexts, actions))
    return PolicyWorld(
        expected_reward=1 / (1 + np.exp(-taste)),
        logging=softmax(0.5 * taste + random.normal(0, 0.5, taste.shape)),
        target=softmax(1.5 * taste),
    )


def logging_policy_log(world: PolicyWorld, people: int, rows_each: int, *, seed: int) -> LoggingPolicyLog:
    random = np.random.default_rng(seed)
    contexts, actions = world.logging.shape
    person = np.repeat(np.arange(people), rows_each)  # [N]
    context = random.integers(contexts, size=people)[person]
    reached = np.cumsum(world.logging, axis=1)[context]  # [N, A]
    # Rounding can leave the last sum just under 1.
    action = np.minimum((random.random((len(person), 1)) >= reached).sum(axis=1), actions - 1)
    return LoggingPolicyLog(
        person=person,
        context=context,
        action=action,
        propensity=world.logging[context, action],
        reward=(random.random(len(person)) < world.expected_reward[context, action]).astype(np.float64),
        expected_reward=world.expected_reward,
        target=world.target,
        value=world.value,
    )


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
