"""`python -m vireo_training`: trains and judges models."""

import argparse
import sys

from vireo_training import benchmark
from vireo_training.ablations import command as ablations
from vireo_training.evaluation import command as evaluate
from vireo_training.train import command as train


def main(arguments: list[str] | None = None) -> int:
    """0: done; 1: it could not be, and standard error says why; 130: stopped."""
    parser = argparse.ArgumentParser(prog="vireo_training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    modules = {"train": train, "evaluate": evaluate, "ablations": ablations, "benchmark": benchmark}
    for name, module in modules.items():
        of = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add_arguments(of)
        of.set_defaults(run=module.run)
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except (ValueError, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
