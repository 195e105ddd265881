"""The web: usage events over HTTP, for now on one machine, behind a token made at the start.

`access` decides who may ask, `events` what a request gets, `writer` makes waiting requests one
transaction of the store, `intake` is that store, `server` binds the port. No answer precedes its
commit; an event that is sent again is a duplicate, so a client that hears no answer asks again.
"""
