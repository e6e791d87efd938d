# Flink with what Vireo's job reads and writes. Build it from the root of the repository:
#   docker build --file deploy/flink.Dockerfile --tag vireo-flink .
FROM maven:3.9-eclipse-temurin-17 AS jars
WORKDIR /vireo
COPY engines/flink engines/flink
COPY proto proto
RUN mvn -q -B -f engines/flink/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DexcludeTransitive=true -DoutputDirectory=/jars \
  && mvn -q -B -f engines/flink/messages package \
  && cp engines/flink/messages/target/vireo-messages.jar /jars \
  && rm -f /jars/flink-sql-gateway-*.jar

FROM flink:2.2.1-java17
COPY --from=jars /jars/*.jar /opt/flink/lib/
RUN install -d -o flink -g flink /state
