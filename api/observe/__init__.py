"""What the service tells whoever runs it: a line a request, metrics, whether it is alive and ready."""

from api.observe.exchange import Exchange, exchange_of
from api.observe.logs import LogFormat, configure_logs
from api.observe.metrics import Metrics, store_metrics
from api.observe.requests import Observed

__all__ = ["Exchange", "LogFormat", "Metrics", "Observed", "configure_logs", "exchange_of", "store_metrics"]
