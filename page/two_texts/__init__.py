"""The tab of two texts: did the author of the known works write the disputed one?"""
