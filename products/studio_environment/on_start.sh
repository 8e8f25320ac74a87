#!/bin/bash
# Points pip at the hub's package index, the only one that can be reached. Runs at each start of an application.
# A token lasts 12 hours, so a long session renews it; a failure is logged and must not keep the application from starting.
login() {
  aws codeartifact login --tool pip --region "${AWS::Region}" --domain "${HubPackageIndexDomain}" \
    --domain-owner "${HubPackageIndexAccount}" --repository "${HubPackageIndexRepository}" \
    || echo "pip is not connected to ${HubPackageIndexDomain}/${HubPackageIndexRepository}" >&2
}
login
(while sleep 36000; do login; done) >/dev/null 2>&1 &
disown
