"""What a SARIF document must have, by the standard and by what GitHub asks: a check of our own beside Microsoft's validator.

problems_of(document) gives a sentence for each thing that is wrong.
"""
import re

LEVELS = {"none", "note", "warning", "error"}
URI = re.compile(r"(?:[A-Za-z0-9._~/+,@=-]|%[0-9A-F]{2})+$")


class Check:
    def __init__(self):
        self.problems = []

    def that(self, holds, where, sentence):
        if not holds:
            self.problems.append(f"{where}: {sentence}")

    def has(self, value, where, *names):
        for name in names:
            self.that(name in value, where, f"has no '{name}'")
        return all(name in value for name in names)

    def message(self, value, where):
        if self.has(value, where, "message") and self.has(value["message"], where, "text"):
            self.that(re.search(r"[.?!]$", value["message"]["text"]), where, "its message is no sentence")

    def physical(self, value, where, run, needs_region=True):
        if not self.has(value, where, "physicalLocation"):
            return
        place = value["physicalLocation"]
        artifact = place.get("artifactLocation", {})
        uri = artifact.get("uri", "")
        if uri.startswith("file:///"):
            self.that("uriBaseId" not in artifact, where, "an absolute URI has a base")
            uri = uri[len("file://"):]
        else:
            self.that(artifact.get("uriBaseId") in run["originalUriBaseIds"], where, "its base is not defined")
            self.that(not uri.startswith("/"), where, "its path is not relative")
        self.that(URI.match(uri), where, f"'{uri}' is not encoded")
        if not needs_region:
            return
        region = place.get("region", {})
        if self.has(region, where, "startLine", "startColumn", "endLine", "endColumn"):
            self.that(1 <= region["startLine"] <= region["endLine"], where, "its lines are not in order")
            self.that(region["startColumn"] >= 1, where, "columns count from 1")
            self.that(region["startLine"] < region["endLine"] or region["startColumn"] < region["endColumn"], where, "it is empty")

    def rule(self, rule, where):
        self.has(rule, where, "id", "name", "shortDescription", "fullDescription", "defaultConfiguration", "help", "properties")
        self.that(re.match(r"ferrule-[a-z-]+$", rule["id"]), where, "its id is not a check's name")
        self.that(rule["name"].lower() == rule["id"][len("ferrule-"):].replace("-", ""), where, "name and id differ")
        self.that({"text", "markdown"} <= set(rule.get("help", {})), where, "its help has no text or no Markdown")
        self.that(len(rule["properties"]["tags"]) <= 10, where, "GitHub shows 10 tags")

    def result(self, result, where, run):
        rules = run["tool"]["driver"]["rules"]
        self.message(result, where)
        self.has(result, where, "ruleId", "ruleIndex", "level", "locations", "partialFingerprints")
        self.that(rules[result["ruleIndex"]]["id"] == result["ruleId"], where, "ruleIndex and ruleId differ")
        self.that(result["level"] in LEVELS, where, "its level is none of SARIF's")
        self.that(len(result["locations"]) == 1, where, "it has not one place")
        self.that(result["partialFingerprints"].get("primaryLocationLineHash"), where, "GitHub cannot follow it")
        for location in result["locations"]:
            self.physical(location, where, run)
        related = result.get("relatedLocations", [])
        self.that([entry.get("id") for entry in related] == list(range(1, len(related) + 1)), where, "its notes are not numbered")
        self.that(len(related) <= 1000, where, "GitHub refuses more than 1,000 places")
        for entry in related:
            self.physical(entry, where, run)
            self.message(entry, where)
        for flow in result.get("codeFlows", []):
            for thread in flow["threadFlows"]:
                self.that(thread["locations"], where, "a thread flow is empty")
                for step in thread["locations"]:
                    self.physical(step["location"], where, run)
                    self.message(step["location"], where)
        for fix in result.get("fixes", []):
            self.has(fix, where, "description", "artifactChanges")
            for change in fix["artifactChanges"]:
                self.physical({"physicalLocation": change}, where, run, needs_region=False)
                self.that(change["replacements"], where, "a fix changes nothing")
        for suppression in result.get("suppressions", []):
            self.that(suppression["kind"] in ("inSource", "external"), where, "its suppression is of no known kind")
        self.that(result.get("baselineState", "new") in ("new", "unchanged", "updated", "absent"), where, "its state is none of SARIF's")


def problems_of(document):
    check = Check()
    check.that(document.get("version") == "2.1.0", "document", "its version is not 2.1.0")
    check.has(document, "document", "$schema", "runs")
    check.that(len(document["runs"]) == 1, "document", "it has not one run")
    for run in document["runs"]:
        check.has(run, "run", "tool", "results", "invocations", "originalUriBaseIds", "columnKind")
        driver = run["tool"]["driver"]
        check.has(driver, "driver", "name", "version", "semanticVersion", "rules")
        check.that(len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]), "driver", "two rules have one id")
        for base in run["originalUriBaseIds"].values():
            check.that(base["uri"].startswith("file:///") and base["uri"].endswith("/"), "run", "a base is no folder's URI")
        for rule in driver["rules"]:
            check.rule(rule, rule.get("id", "rule"))
        for i, result in enumerate(run["results"]):
            check.result(result, f"result {i}", run)
        prints = [result["partialFingerprints"].get("primaryLocationLineHash") for result in run["results"]]
        check.that(len(set(prints)) == len(prints), "run", "two results have one fingerprint")
        check.that(len(run["results"]) <= 25000, "run", "GitHub refuses more than 25,000 results")
        for invocation in run["invocations"]:
            check.has(invocation, "invocation", "executionSuccessful")
            for notification in invocation.get("toolExecutionNotifications", []):
                check.message(notification, "notification")
                for location in notification.get("locations", []):
                    check.physical(location, "notification", run, needs_region=False)
    return check.problems
