from greeting import greet


def main(data, run):
    """What is left in `data` is what the next run gets."""
    data["today"] = data.get("today", 0) + 1
    data["times"] = data.get("times", 0) + 1
    name = (run.input or {}).get("name", "world")
    print(greet(name, data["times"]))
    return {"times": data["times"]}
