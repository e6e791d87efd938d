"""Spark in one process, for those who send it SQL.

A request is a line of JSON on standard input, a reply a line on standard output: {"done": true} or {"error": "…"}.
  {"table": name, "parquet": path}  makes the Parquet file a table
  {"sql": query, "into": folder}    writes what the query gives as Parquet
"""

import json
import sys
from typing import TextIO

from pyspark.sql import SparkSession

# What sums of 64-bit integers make of an overflow is an error; text is compared by its bytes, times are UTC.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
}


def session() -> SparkSession:
    builder = SparkSession.builder.master("local[2]").appName("vireo")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def answer(spark: SparkSession, request: dict[str, str]) -> None:
    if "table" in request:
        spark.read.parquet(request["parquet"]).createOrReplaceTempView(request["table"])
    else:
        spark.sql(request["sql"]).write.mode("overwrite").parquet(request["into"])


def serve(requests: TextIO, replies: TextIO) -> None:
    spark = session()
    for line in requests:
        reply: dict[str, bool | str] = {"done": True}
        try:
            answer(spark, json.loads(line))
        # Whatever it is, who asked is told.
        except Exception as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), file=replies, flush=True)
    spark.stop()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
