"""What Alembic runs: the migrations, in one transaction on the connection that gridplan.store.migrate hands over."""

from alembic import context


def run() -> None:
    """Upgrade or downgrade."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=context.config.attributes.get("metadata")
    )
    with context.begin_transaction():
        context.run_migrations()


# Alembic loads this file under the name env_py; any other import (of a documentation or test tool) runs nothing.
if __name__ == "env_py":
    run()
